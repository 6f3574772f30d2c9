# Guyot's reconstruction after the listing of the paper's supplement, and expected events under a published curve.
source("sets.R")
guyot <- function(t.S, S, t.risk, n.risk, tot.events=NA) {
  lower <- sapply(t.risk, function(t) min(which(t.S >= t))); n.int <- length(n.risk); n.t <- length(t.S); upper <- c(lower[-1]-1, n.t)
  n.censor <- rep(0, n.int); n.hat <- rep(n.risk[1]+1, n.t+1); cen <- d <- rep(0, n.t); KM.hat <- rep(1, n.t); last.i <- rep(1, n.int)
  spread <- function(i, to) { cen[lower[i]:upper[i]] <<- 0; if (n.censor[i] > 0) { at <- t.S[lower[i]] + seq_len(n.censor[i])*(to-t.S[lower[i]])/(n.censor[i]+1)
      cen[lower[i]:upper[i]] <<- hist(at, breaks=c(t.S[lower[i]:upper[i]], to), plot=FALSE, right=FALSE)$counts } }
  walk <- function(i) { n.hat[lower[i]] <<- n.risk[i]; last <- last.i[i]
    for (k in lower[i]:upper[i]) { if (i==1 & k==lower[i]) { d[k] <<- 0; KM.hat[k] <<- 1 } else { d[k] <<- round(n.hat[k]*(1-(S[k]/KM.hat[last]))); KM.hat[k] <<- KM.hat[last]*(1-(d[k]/n.hat[k])) }
      n.hat[k+1] <<- n.hat[k]-d[k]-cen[k]; if (d[k] != 0) last <- k }; last }
  if (n.int > 1) for (i in 1:(n.int-1)) { n.censor[i] <- round(n.risk[i]*S[lower[i+1]]/S[lower[i]] - n.risk[i+1])
    for (round in 1:500) { if (n.censor[i] <= 0) n.censor[i] <- 0; spread(i, t.S[lower[i+1]]); last <- walk(i); over <- n.hat[lower[i+1]]-n.risk[i+1]; if (over==0 || (over<0 && n.censor[i]<=0)) break; n.censor[i] <- n.censor[i]+over }
    if (n.hat[lower[i+1]] < n.risk[i+1]) n.risk[i+1] <- n.hat[lower[i+1]]; last.i[i+1] <- last }
  i <- n.int; if (n.int > 1) n.censor[i] <- min(round(sum(n.censor[1:(i-1)])*(t.S[upper[i]]-t.S[lower[i]])/(t.S[lower[i]]-t.S[1])), n.risk[i])
  spread(i, t.S[n.t]); walk(i)
  if (!is.na(tot.events)) for (round in 1:500) { over <- sum(d)-tot.events; if (over==0 || (over<0 && n.censor[i]<=0)) break; n.censor[i] <- max(0, n.censor[i]+over); spread(i, t.S[n.t]); walk(i) }
  list(events=d, censored=cen) }
read_off <- function(d, at) { f <- survfit(Surv(time,event)~1, d); k <- f$n.event>0; end <- max(d$time); list(time=c(0, f$time[k], if (end>max(f$time[k])) end), survival=c(1, f$surv[k], if (end>max(f$time[k])) min(f$surv)), at=at, at_risk=sapply(at, function(t) sum(d$time>=t)), events=sum(d$event)) }
sets <- list(rounded_days=read_off(made$rounded_days, c(0,50,100,150,200,300)), months=read_off(made$months, c(0,3,6,9,12)), ties=read_off(made$ties, c(0,3,6)), alone=read_off(made$ties, 0))
rebuild <- function(v, total) { g <- guyot(v$time, v$survival, v$at, v$at_risk, if (total) v$events else NA); c(v, list(total=total, d=g$events, cen=g$censored)) }
compare <- function(d, time, survival) { H <- -log(survival); each <- approx(time, H, pmin(d$time, max(time)))$y; step <- H[findInterval(pmin(d$time,max(time)), time)]; o <- sum(d$event[d$time<=max(time)])
  one <- function(e) { p <- poisson.test(o, sum(e)); zz <- (o-sum(e))/sqrt((o+sum(e))/2); list(expected=sum(e), ratio=unname(p$estimate), low=p$conf.int[1], high=p$conf.int[2], z=zz, p=2*pnorm(-abs(zz))) }
  list(data=as.list(d), time=time, survival=survival, observed=o, "constant hazard"=one(each), step=one(step)) }
save_json(list(reconstruction=c(lapply(sets, rebuild, FALSE), lapply(sets[1:3], rebuild, TRUE) |> setNames(paste0(names(sets)[1:3], "_total"))), one_sample=list(compare(made$rounded_days, c(0,30,90,180,360), c(1,.9,.7,.5,.3)), compare(made$months, c(0,6,12,24), c(1,.62,.41,.3)), compare(made$no_events, c(0,6,12), c(1,.8,.6)))), "published_curves.json")
