# Brier's score over time written out after Graf 1999 on curves of survival (no other package): the lung cancer of survival, 400 and 700 days.
suppressMessages({library(survival); library(jsonlite)})
save_json <- function(x, file) write_json(x, file, digits=I(17), auto_unbox=TRUE, na="null", null="null")
l <- lung[!is.na(lung$ph.ecog),]; l$event <- l$status-1; m <- coxph(Surv(time,event) ~ age+sex+ph.ecog, l)
sf <- survfit(m, newdata=l); km <- survfit(Surv(time,event) ~ 1, l)
# Of a tie the event comes first, so the censoring's risk set begins beyond the day's events.
u <- sort(unique(l$time)); d <- sapply(u, function(s) sum(l$time==s & l$event==1)); c <- sapply(u, function(s) sum(l$time==s & l$event==0)); r <- sapply(u, function(s) sum(l$time>=s))
G <- cumprod(1 - c/pmax(r-d,1)); G.at <- function(t) c(1,G)[findInterval(t,u)+1]; G.before <- function(t) sapply(t, function(s) c(1,G)[sum(u<s)+1])
bs <- function(t, p) mean(ifelse(l$time<=t & l$event==1, p^2/G.before(l$time), ifelse(l$time>t, (1-p)^2/G.at(t), 0)))
S <- function(t) if (t<min(sf$time)) rep(1,nrow(l)) else sf$surv[findInterval(t,sf$time),]
K <- function(t) if (t<min(km$time)) 1 else km$surv[findInterval(t,km$time)]
mean.to <- function(h) { g <- c(0,u[u<h]); w <- diff(c(g,h)); c(sum(w*sapply(g, function(t) bs(t,S(t))))/h, sum(w*sapply(g, function(t) bs(t,K(t))))/h) }
at <- c(200,400,700)
save_json(list(data=as.list(l[,c("time","event","age","sex","ph.ecog")]), at=at, score=sapply(at, function(t) bs(t,S(t))), null=sapply(at, function(t) bs(t,K(t))), horizons=c(400,700), integrated=lapply(c(400,700), function(h) I(mean.to(h)))), "brier_integrated.json")
