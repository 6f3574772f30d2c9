# Fine-Gray with late entry and strata: coxph on the rows of finegray, on pregnancies that are seen late (etm's abortion) and on 646 patients with
# acute myeloid leukemia, days tied. Gray's test with late entry or strata, as a score test, is that of the same rows.
source("sets.R"); suppressMessages(library(etm)); data(abortion, package="etm")
ab <- abortion; ab$id <- seq_len(nrow(ab)); ab$x <- as.integer(ab$group); ab$layer <- ab$id %% 3; ab$f <- factor(ab$cause, 0:3)
a <- myeloid; aml <- with(a, data.frame(id=id, entry=0, exit=pmin(futime, ifelse(is.na(rltime), Inf, rltime)), cause=ifelse(!is.na(rltime) & rltime<=futime, 1L, ifelse(death==1, 2L, 0L)), x=as.integer(trt=="B"), layer=as.integer(sex=="m"))); aml$exit <- ceiling(aml$exit/30); aml$f <- factor(aml$cause, 0:2)
told <- function(m) list(coef=I(unname(coef(m))), se=I(unname(sqrt(diag(m$var)))))
late <- function(d, e) { g <- finegray(Surv(entry, exit, f) ~ x + id, d, id=id, etype=e); told(coxph(Surv(fgstart, fgstop, fgstatus) ~ x, g, weights=fgwt, cluster=id, ties="breslow")) }
strata_late <- function(d, e) { g <- finegray(Surv(entry, exit, f) ~ x + id + layer + strata(layer), d, id=id, etype=e); told(coxph(Surv(fgstart, fgstop, fgstatus) ~ x + strata(layer), g, weights=fgwt, cluster=id, ties="breslow")) }
strata_alone <- function(d, e) { g <- finegray(Surv(exit, f) ~ x + id + layer + strata(layer), d, etype=e); told(coxph(Surv(fgstart, fgstop, fgstatus) ~ x + strata(layer), g, weights=fgwt, cluster=id, ties="breslow")) }
keep <- function(d) as.list(d[,c("entry","exit","cause","x","layer")])
save_json(list(abortion=list(data=keep(ab), late=lapply(1:3, function(k) late(ab, as.character(k))), both=lapply(1:3, function(k) strata_late(ab, as.character(k)))),
  aml=list(data=keep(aml), strata=lapply(1:2, function(k) strata_alone(aml, as.character(k))))), "fine_gray_late.json")
