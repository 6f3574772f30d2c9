# survfit, quantile.survfit and survdiff on every set: full curves with three interval types, medians, reverse medians, log-rank.
source("sets.R")
sources <- list(
  waltons = list(csv="waltons_dataset.csv", time="T", event="E", group="group"),
  rossi = list(csv="rossi.csv", time="week", event="arrest", group="race", stratum="fin"),
  gbsg2 = list(csv="gbsg2.csv", time="time", event="cens", group="tgrade", stratum="horTh"))
read_source <- function(s) { d <- carried(s$csv); r <- data.frame(time=d[[s$time]], event=d[[s$event]], group=d[[s$group]])
  if (!is.null(s$stratum)) r$stratum <- d[[s$stratum]]; r }
types <- c("plain","log","log-log")
quant <- function(f, p) { q <- quantile(f, p); list(value=unname(q$quantile), low=unname(q$lower), high=unname(q$upper)) }
curve <- function(formula, d) lapply(setNames(types, types), function(ct) { f <- survfit(formula, d, conf.type=ct)
  list(time=I(f$time), at_risk=I(f$n.risk), events=I(f$n.event), censored=I(f$n.censor), survival=I(f$surv), standard_error=I(f$std.err*f$surv),
       low=I(f$lower), high=I(f$upper), median=quant(f, .5), quartile=quant(f, .25)) })
test <- function(formula, d) { r <- tryCatch(survdiff(formula, d), error=function(e) NULL); if (is.null(r)) return(NULL)
  e <- if (is.matrix(r$exp)) rowSums(r$exp) else r$exp; o <- if (is.matrix(r$obs)) rowSums(r$obs) else r$obs; k <- sum(e > 0) - 1
  list(statistic=r$chisq, df=k, p=pchisq(r$chisq, k, lower.tail=FALSE), observed=o, expected=e) }
one <- function(d) list(curve=curve(Surv(time,event)~1, d), reverse=quant(survfit(Surv(time,1-event)~1, d, conf.type="log-log"), .5),
  logrank=test(Surv(time,event)~group, d), stratified=if (is.null(d$stratum)) NULL else test(Surv(time,event)~group+strata(stratum), d))
out <- list(made=lapply(made, function(d) c(list(data=as.list(d)), one(d))),
            carried=lapply(sources, function(s) c(list(source=s), one(read_source(s)))),
            entered=lapply(entered, function(d) list(data=as.list(d), curve=curve(Surv(entry,time,event)~1, d))),
            versions=list(R=R.version.string, survival=as.character(packageVersion("survival"))))
save_json(out, "survival.json")
