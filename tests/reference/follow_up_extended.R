# Recurrent events, conditional survival and pseudo-observations; bladder cancer, granulomatous disease and lung cancer of survival.
source("sets.R"); suppressMessages(library(prodlim))
b <- bladder2; b$rx <- b$rx-1; g <- cgd; g$rx <- as.integer(g$treat=="rIFN-g")
counts <- function(d, at) { f <- survfit(Surv(start,stop,event)~1, d, id=id, robust=TRUE); i <- findInterval(at, f$time); list(at=at, count=I(f$cumhaz[i]), se=I(f$std.chaz[i])) }
b$start_ <- b$start; b <- b[b$stop>b$start,]; g$start <- g$tstart; g$stop <- g$tstop; g$event <- g$status
bb <- b[,c("id","start","stop","event","rx","number")]; names(bb)[6] <- "tumors"; gg <- g[,c("id","start","stop","event","rx","age")]
models <- function(d, x) { f <- as.formula(paste("Surv(start,stop,event)~rx+", x)); d$enum <- ave(d$event, d$id, FUN=function(e) cumsum(c(0, head(e,-1)))); d$since <- ave(seq_len(nrow(d)), d$id, FUN=function(i) { e <- d$event[i]; s <- d$stop[i]; last <- 0; r <- numeric(length(i)); for (k in seq_along(i)) { r[k] <- last; if (e[k]==1) last <- s[k] }; r })
  one <- function(m) list(coef=I(unname(coef(m))), se=I(unname(sqrt(diag(vcov(m))))))
  list("Andersen-Gill"=one(coxph(f, d, cluster=id)), "Prentice-Williams-Peterson, total time"=one(coxph(update(f, .~.+strata(enum)), d, cluster=id)), "Prentice-Williams-Peterson, gap time"=one(coxph(as.formula(paste("Surv(start-since,stop-since,event)~rx+", x, "+strata(enum)")), d, cluster=id))) }
l <- lung[,c("time","status")]; l$event <- l$status-1
conditional <- function(s, t) { f <- survfit(Surv(time,event)~1, l[l$time>s,], conf.type="log-log"); r <- summary(f, times=t); list(given=s, t=t, survival=r$surv, se=r$std.err, low=r$lower, high=r$upper, n=sum(l$time>s)) }
m <- mgus2[seq(1, nrow(mgus2), 6),]; m$etime <- with(m, ifelse(pstat==0, futime, ptime)); m$kind <- with(m, ifelse(pstat==0, 2*death, 1))
km <- prodlim(Hist(time,event)~1, l); aj <- prodlim(Hist(etime,kind)~1, m)
mean_to <- function(d, h) summary(survfit(Surv(time,event)~1, d), rmean=h)$table["rmean"]; n <- nrow(l); all <- mean_to(l, 500)
save_json(list(sets=list(bladder=c(as.list(bb), list(counts=counts(b, c(6,20,50)), models=models(bb,"tumors"))), cgd=c(as.list(gg), list(counts=counts(g, c(60,200,370)), models=models(gg,"age")))), lung=list(time=l$time, event=l$event), conditional=list(conditional(180,365), conditional(365,365+180), conditional(0,200)),
  pseudo=list(survival=I(as.numeric(jackknife(km, times=365))), restricted=I(unname(sapply(1:n, function(i) n*all-(n-1)*mean_to(l[-i,], 500)))), competing=list(time=m$etime, event=m$kind, one=I(as.numeric(jackknife(aj, times=100, cause=1))), two=I(as.numeric(jackknife(aj, times=100, cause=2)))))), "follow_up_extended.json")
