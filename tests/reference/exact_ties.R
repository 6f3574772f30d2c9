# Cox models of tied events taken exactly, on the lung cancer of survival in months (up to eighteen events at once), the same within strata, and with
# late entry (etm's abortion by weeks). Wald's and the profile's bounds.
source("sets.R"); suppressMessages(library(etm)); data(abortion, package="etm")
l <- lung[complete.cases(lung[,c("time","status","age","sex","ph.ecog")]),]; l$time <- ceiling(l$time/30.4375); l$event <- l$status-1
ab <- abortion[seq(1, nrow(abortion), 8),]; ab$x <- as.integer(ab$group)
told <- function(m) list(coef=I(unname(coef(m))), se=I(unname(sqrt(diag(m$var)))), loglik=I(m$loglik), score=m$score, wald=unname(m$wald.test))
save_json(list(lung=list(data=as.list(l[,c("time","event","age","sex","ph.ecog")]), plain=told(coxph(Surv(time,event) ~ age+sex+ph.ecog, l, ties="exact")), strata=told(coxph(Surv(time,event) ~ age+ph.ecog+strata(sex), l, ties="exact")), most=max(table(l$time[l$event==1]))),
  abortion=list(data=as.list(ab[,c("entry","exit","cause","x")]), late=told(coxph(Surv(entry,exit,cause==3) ~ x, ab, ties="exact")))), "exact_ties.json")
