# Weighted log-rank, logit and arcsine intervals, restricted means, curves and tests of a time-dependent group.
source("sets.R")
weighted <- function(d, rho) { r <- survdiff(Surv(time,event)~group, d, rho=rho); list(rho=rho, statistic=r$chisq, df=length(r$n)-1, observed=I(unname(r$obs)), expected=I(unname(r$exp))) }
# Fleming-Harrington with gamma, written out, since survdiff has rho alone.
fleming <- function(d, rho, gamma) { k <- sort(unique(d$group)); u <- rep(0,length(k)); v <- matrix(0,length(k),length(k)); s <- 1
  for (t in sort(unique(d$time[d$event==1]))) { n <- sum(d$time>=t); m <- sapply(k, function(g) sum(d$time>=t & d$group==g)); x <- sapply(k, function(g) sum(d$time==t & d$event==1 & d$group==g))
    e <- sum(x); w <- s^rho*(1-s)^gamma; u <- u + w*(x - e*m/n); if (n>1) v <- v + w^2*e*(n-e)/(n-1)*(diag(m/n) - outer(m/n,m/n)); s <- s*(1-e/n) }
  q <- length(k)-1; list(rho=rho, gamma=gamma, statistic=drop(u[1:q] %*% solve(v[1:q,1:q], u[1:q])), df=q) }
curve <- function(d) lapply(c(logit="logit", arcsine="arcsin"), function(ct) { f <- survfit(Surv(time,event)~1, d, conf.type=ct); inside <- f$surv>0 & f$surv<1; list(time=I(f$time[inside]), low=I(f$lower[inside]), high=I(f$upper[inside])) })
means <- function(d, horizons) lapply(horizons, function(h) { s <- summary(survfit(Surv(time,event)~1, d), rmean=h)$table; list(horizon=h, mean=unname(s["rmean"]), se=unname(s["se(rmean)"])) })
differ <- function(d, h) { s <- summary(survfit(Surv(time,event)~group, d), rmean=h)$table; m <- s[,"rmean"]; e <- s[,"se(rmean)"]; list(horizon=h, difference=unname(m[2]-m[1]), se=sqrt(sum(e^2))) }
sets <- made[c("ties","heavy_censoring","half_stretch","rounded_days","months")]
horizons <- list(ties=c(3,4.5,9), heavy_censoring=c(10,30), half_stretch=c(2.5,8), rounded_days=c(60,200,350.5), months=c(3,10))
for (n in names(sets)) sets[[n]] <- sets[[n]][order(sets[[n]]$time),]
set.seed(5)
n <- 50; t <- ceiling(rexp(n, 1/80)); c <- ceiling(runif(n, 30, 200)); moved <- data.frame(id=1:n, time=pmin(t,c), event=as.integer(t<=c), begins=ifelse(runif(n)<.5, ceiling(runif(n,1,60)), NA))
rows <- tmerge(moved[,c("id","time")], moved, id=id, died=event(time,event), exposed=tdc(begins))
group_curve <- function(d) { f <- survfit(Surv(tstart,tstop,died)~1, d, conf.type="log-log"); k <- f$n.event>0; list(time=I(f$time[k]), at_risk=I(f$n.risk[k]), survival=I(f$surv[k]), low=I(f$lower[k]), high=I(f$upper[k])) }
# Log-rank of start-stop rows, written out: coxph's exact ties do not take them.
late_test <- function(start, stop, event, group) { k <- sort(unique(group)); u <- rep(0,length(k)); v <- matrix(0,length(k),length(k))
  for (t in sort(unique(stop[event==1]))) { r <- start<t & stop>=t; n <- sum(r); m <- sapply(k, function(g) sum(r & group==g)); x <- sapply(k, function(g) sum(stop==t & event==1 & group==g)); e <- sum(x)
    u <- u + x - e*m/n; if (n>1) v <- v + e*(n-e)/(n-1)*(diag(m/n)-outer(m/n,m/n)) }
  q <- length(k)-1; s <- drop(u[1:q] %*% solve(v[1:q,1:q], u[1:q])); list(statistic=s, df=q, p=pchisq(s,q,lower.tail=FALSE)) }
late <- entered$late_entry_long; late$group <- rep(c("a","b","c"), 20)
landmark <- 30; left <- moved[moved$time>landmark,]; left$exposed <- !is.na(left$begins) & left$begins<=landmark; left_test <- survdiff(Surv(time-landmark,event)~exposed, left)
out <- list(sets=mapply(function(d, h) list(data=as.list(d), weighted=lapply(c(.5,1,2), function(r) weighted(d,r)), fleming=list(fleming(d,0,1), fleming(d,1,1), fleming(d,.5,.5)), intervals=curve(d), means=means(d,h), difference=if (length(unique(d$group))==2) differ(d, h[1])), sets, horizons, SIMPLIFY=FALSE),
  moved=as.list(moved), before=group_curve(rows[rows$exposed==0,]), after=group_curve(rows[rows$exposed==1,]), mantel_byar=late_test(rows$tstart, rows$tstop, rows$died, rows$exposed),
  late=as.list(late), entry_test=late_test(late$entry, late$time, late$event, late$group),
  landmark=list(at=landmark, n=nrow(left), exposed=sum(left$exposed), statistic=left_test$chisq))
save_json(out, "survival_extended.json")
