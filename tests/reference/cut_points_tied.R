# Maximally selected log-rank statistics of tied real data by maxstat (scores of exactRankTests by maximum ranks): the veterans' lung cancer by
# Karnofsky and age in weeks, the lung cancer of survival in months, and the lymphoma of maxstat itself.
source("sets.R"); suppressMessages(library(maxstat)); data(DLBCL)
v <- veteran; v$time <- ceiling(v$time/7); l <- lung; l$time <- ceiling(l$time/30.4375); l$status <- l$status-1
one <- function(name, time, event, x) { k <- !is.na(x) & !is.na(time); d <- data.frame(time=time[k], event=event[k], x=x[k])
  r <- lapply(c("Lau92","Lau94"), function(p) maxstat.test(Surv(time,event) ~ x, d, smethod="LogRank", pmethod=p))
  list(name=name, time=I(d$time), event=I(d$event), values=I(d$x), statistic=unname(r[[1]]$statistic), cut=unname(r[[1]]$estimate), lau92=r[[1]]$p.value, lau94=r[[2]]$p.value) }
save_json(list(one("veteran karno", v$time, v$status, v$karno), one("veteran age", v$time, v$status, v$age), one("lung age", l$time, l$status, l$age), one("lung karno", l$time, l$status, l$ph.karno), one("lung weight loss", l$time, l$status, l$wt.loss),
  one("DLBCL mean expression", ceiling(DLBCL$time), DLBCL$cens, DLBCL$MGE)), "cut_points_tied.json")
