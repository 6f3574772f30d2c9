# Non-compartmental quantities by explicit loops and lm(): an independent second route, profile by profile.
source("sets.R")
profiles <- list(
  typical=list(t=c(0,3,7,10,14,21,28,60,90), v=c(0,1.2,40,95.5,60,12,3.1,.4,.05)),
  no_day_0=list(t=c(4,7,11,14,28,35), v=c(2,30,22,9,1.5,.2)),
  gap_over_28=list(t=c(2,5,9,13,20,40), v=c(.3,8,25,14,6,.8)),
  ends_low=list(t=c(1,4,8,12,18,25), v=c(0,5,17,6,.5,0)),
  tied_peak=list(t=c(3,7,10,14,21,28), v=c(10,50,50,20,4,1)),
  flat=list(t=c(5,10,15,20,28), v=c(3,3,3,3,3)),
  rising_end=list(t=c(3,7,14,21,28), v=c(9,20,2,3,5)),
  dip=list(t=c(3,7,10,14,21,28,40), v=c(5,30,0,12,0,2,0)),
  two_peaks=list(t=c(2,6,10,15,19,24,28,33,60), v=c(1,33,10,2,6,3,1.1,.6,.1)),
  long=list(t=c(1,3,5,7,9,11,14,17,21,24,28,35,42,60,90,120), v=c(.1,2,15,60,88,70,45,30,18,11,7,4,2.5,1.2,.6,.2)))
describe <- function(p) { positive <- which(p$v>0); keep <- p$v>0 | seq_along(p$v)<min(positive) | seq_along(p$v)>max(positive); t <- p$t[keep]; v <- p$v[keep]
  top <- which.max(v); last <- max(which(v>0)); tt <- t; vv <- v; if (tt[1]>0) { tt <- c(0,tt); vv <- c(0,vv) }
  area <- function(end, logdown) { if (max(tt)<end && vv[length(vv)]>0) return(NA); if (max(tt)<end) { tt <- c(tt,end); vv <- c(vv,vv[length(vv)]) }
    total <- 0; for (i in seq_len(length(tt)-1)) { a <- tt[i]; b <- tt[i+1]; x <- vv[i]; y <- vv[i+1]; if (a>=end) break
      if (b>end) { f <- (end-a)/(b-a); y <- if (logdown && y>0 && y<x) exp(log(x)+f*(log(y)-log(x))) else x+f*(y-x); b <- end }
      total <- total + if (logdown && y>0 && y<x) (x-y)*(b-a)/log(x/y) else (x+y)/2*(b-a) }
    total }
  after <- which(v>0 & t>t[top]); best <- NULL
  if (length(after)>=3) for (k in 3:length(after)) { i <- tail(after,k); m <- suppressWarnings(lm(log(v[i])~t[i])); s <- coef(m)[2]; if (s < -1e-12) best <- rbind(best, data.frame(h=unname(-log(2)/s), k=k, r=suppressWarnings(summary(m)$adj.r.squared))) }
  if (!is.null(best)) { best <- best[best$r > max(best$r)-1e-4,]; best <- best[which.max(best$k),] }
  list(time=p$t, value=p$v, cmax=v[top], tmax=t[top], clast=v[last], tlast=t[last], gone=if (last<length(t)) t[last+1] else NULL, half_life=best$h, points=best$k, r=best$r,
    auc28=area(28,TRUE), linear28=area(28,FALSE), auc14=area(14,TRUE), linear60=area(60,FALSE), auc90=area(90,TRUE)) }
values <- c(95.5,30,25,17,50,3,20,30,33,88)
out <- list(profiles=lapply(profiles, describe), geometric=list(values=values, mean=exp(mean(log(values))), ci=exp(as.numeric(t.test(log(values))$conf.int)), cv=sqrt(exp(var(log(values)))-1)))
save_json(out, "kinetics.json")
