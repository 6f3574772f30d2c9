# Optimism of a Cox model by forty resamples kept here, and calibration at a year: the lung cancer of survival, coxph and concordance.
source("sets.R"); set.seed(20254)
l <- lung[complete.cases(lung[,c("time","status","age","sex","ph.ecog","wt.loss")]),]; l$event <- l$status-1; n <- nrow(l)
f <- function(d) coxph(Surv(time,event) ~ age+sex+ph.ecog+wt.loss, d); own <- f(l)
samples <- lapply(1:40, function(i) sample.int(n, n, TRUE))
one <- function(s) { m <- f(l[s,]); lp <- as.matrix(l[,c("age","sex","ph.ecog","wt.loss")]) %*% coef(m); d <- l; d$lp <- lp[,1]
  c(concordance(Surv(time,event) ~ lp, d[s,], reverse=TRUE)$concordance - concordance(Surv(time,event) ~ lp, d, reverse=TRUE)$concordance, coef(coxph(Surv(time,event) ~ lp, d))) }
r <- sapply(samples, one); lr <- 2*diff(own$loglik)
p <- as.vector(summary(survfit(own, newdata=l), times=365)$surv); g <- cut(p, quantile(p, seq(0,1,.25)), include.lowest=TRUE)
o <- lapply(levels(g), function(k) { s <- summary(survfit(Surv(time,event)~1, l[g==k,], conf.type="log-log"), times=365); list(n=sum(g==k), predicted=mean(p[g==k]), observed=s$surv, se=s$std.err) })
save_json(list(data=as.list(l[,c("time","event","age","sex","ph.ecog","wt.loss")]), samples=lapply(samples, function(s) I(s-1)), concordance=unname(concordance(own)$concordance), optimism=mean(r[1,]), slope=mean(r[2,]), shrinkage=1-4/lr, predicted=I(p), groups=o), "validation.json")
