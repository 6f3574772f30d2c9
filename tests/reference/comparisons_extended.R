# Weighted log-rank and trend, survival at a time, ratios of restricted means, ratios of tables, several tables, rates, ranks of several groups.
source("sets.R"); suppressMessages(library(KMsurv))
l <- lung[!is.na(lung$ph.ecog) & lung$ph.ecog<3, c("time","status","ph.ecog","sex")]; l$event <- l$status-1
data(channing); ch <- channing[channing$ageentry<channing$age,]
# Written out, as R's own tests of these weights are by permutation (coin) or not in Debian (survMisc).
weighted <- function(entry, time, event, group, kind, scores=NULL) { k <- sort(unique(group)); u <- rep(0,length(k)); v <- matrix(0,length(k),length(k)); s <- 1
  for (t in sort(unique(time[event==1]))) { r <- entry<t & time>=t; n <- sum(r); m <- sapply(k, function(g) sum(r & group==g)); x <- sapply(k, function(g) sum(time==t & event==1 & group==g)); e <- sum(x); s <- s*(1-e/(n+1))
    w <- switch(kind, logrank=1, gehan=n, tarone=sqrt(n), peto=s); u <- u + w*(x-e*m/n); if (n>1) v <- v + w^2*e*(n-e)/(n-1)*(diag(m/n)-outer(m/n,m/n)) }
  if (!is.null(scores)) return(sum(scores*u)^2/drop(scores %*% v %*% scores)); q <- length(k)-1; drop(u[1:q] %*% solve(v[1:q,1:q], u[1:q])) }
kinds <- c("Gehan-Breslow"="gehan", "Tarone-Ware"="tarone", "Peto-Peto"="peto")
zero <- rep(0, nrow(l))
f <- survfit(Surv(time,event)~sex, l); at <- function(t) { s <- summary(f, times=t); g <- s$std.err/s$surv; list(at=t, difference=s$surv[2]-s$surv[1], se=sqrt(sum(s$std.err^2)), z=(log(-log(s$surv[1]))-log(-log(s$surv[2])))/sqrt(sum((g/log(s$surv))^2))) }
mean_to <- function(h) { s <- summary(f, rmean=h)$table; m <- unname(s[,"rmean"]); e <- unname(s[,"se(rmean)"]); list(horizon=h, free=c(log(m[2]/m[1]), sqrt(sum((e/m)^2))), lost=c(log((h-m[2])/(h-m[1])), sqrt(sum((e/(h-m))^2)))) }
table_of <- function(v) { m <- matrix(c(v[1], v[3], v[2]-v[1], v[4]-v[3]), 2); r <- fisher.test(m); a <- v[1]/v[2]; b <- v[3]/v[4]; list(table=v, or=unname(r$estimate), low=r$conf.int[1], high=r$conf.int[2], rr=a/b, rr_se=sqrt(1/v[1]-1/v[2]+1/v[3]-1/v[4])) }
ucb <- UCBAdmissions; sites <- lapply(1:6, function(i) c(ucb[1,1,i], sum(ucb[,1,i]), ucb[1,2,i], sum(ucb[,2,i])))
arr <- array(sapply(sites, function(v) c(v[1], v[3], v[2]-v[1], v[4]-v[3])), c(2,2,6)); mh <- mantelhaen.test(arr, correct=FALSE)
breslow_day <- function(arr, or) { d <- e <- v <- numeric(0); for (i in 1:dim(arr)[3]) { m <- sum(arr[1,,i]); n <- sum(arr[2,,i]); t <- sum(arr[,1,i]); g <- function(x) x*(n-t+x) - or*(m-x)*(t-x); x <- uniroot(g, c(max(0,t-n), min(m,t)), tol=1e-13)$root
  d <- c(d, arr[1,1,i]-x); v <- c(v, 1/(1/x+1/(m-x)+1/(t-x)+1/(n-t+x))) }; sum(d^2/v)-sum(d)^2/sum(v) }
rates <- list(c(11,100,3,80), c(2,17.5,9,33), c(40,812,51,640)); ratio <- function(v) { r <- poisson.test(v[c(1,3)], v[c(2,4)]); one <- poisson.test(v[1], v[2]); list(given=v, ratio=unname(r$estimate), low=r$conf.int[1], high=r$conf.int[2], p=r$p.value, rate=c(one$estimate[[1]], one$conf.int[1:2])) }
kw <- function(d, y, g) { r <- kruskal.test(d[[y]], d[[g]]); list(groups=unname(split(d[[y]], d[[g]])), statistic=unname(r$statistic), df=unname(r$parameter), p=r$p.value) }
p <- c(.001,.04,.03,.03,.2,.9,.012)
save_json(list(lung=as.list(l), channing=list(entry=ch$ageentry, time=ch$age, event=ch$death, group=ch$gender), weights=lapply(kinds, function(k) c(weighted(zero, l$time, l$event, l$ph.ecog, k), weighted(ch$ageentry, ch$age, ch$death, ch$gender, k))),
  trend=c(weighted(zero, l$time, l$event, l$ph.ecog, "logrank", c(0,1,2)), weighted(zero, l$time, l$event, l$ph.ecog, "logrank", c(0,1,5))), at=lapply(c(180,365,700), at), means=lapply(c(200,600), mean_to), tables=lapply(list(c(12,14,11,21), c(3,10,7,9), c(21,23,24,34), c(40,100,60,110)), table_of), none=fisher.test(matrix(c(0,2,5,6),2))$conf.int[2],
  sites=list(tables=sites, or=unname(mh$estimate), low=mh$conf.int[1], high=mh$conf.int[2], statistic=unname(mh$statistic), breslow_day=breslow_day(arr, mh$estimate)), rates=lapply(rates, ratio), kruskal=list(kw(airquality[!is.na(airquality$Ozone),], "Ozone", "Month"), kw(l, "time", "ph.ecog")),
  adjusted=list(p=p, Holm=p.adjust(p,"holm"), Hochberg=p.adjust(p,"hochberg"), "Benjamini-Hochberg"=p.adjust(p,"BH"))), "comparisons_extended.json")
