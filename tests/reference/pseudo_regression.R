# Regression on pseudo-observations: primary biliary cirrhosis in months (transplant and death, most times tied); Gray's test by strata.
source("sets.R"); suppressMessages({library(geepack); library(prodlim)})
p <- pbc[,c("time","status","sex","age","edema")]; p$time <- ceiling(p$time/30.4375); p$male <- as.integer(p$sex=="m"); p$any <- as.integer(p$status>0)
po <- function(of, t) if (of=="survival") drop(jackknife(prodlim(Hist(time,any) ~ 1, p), times=t)) else drop(jackknife(prodlim(Hist(time,status) ~ 1, p), times=t, cause=2))
one <- function(of, t, link) { d <- p; d$y <- po(of, t); d$id <- seq_len(nrow(d)); g <- geese(y ~ age+male+edema, id=id, data=d, mean.link=link, corstr="independence", control=geese.control(epsilon=1e-13, maxit=200))
  list(of=of, t=t, link=link, coef=unname(g$beta), se=unname(sqrt(diag(g$vbeta)))) }
cases <- list(list("survival",60,"identity"), list("survival",60,"logit"), list("survival",36,"log"), list("incidence",60,"cloglog"), list("incidence",84,"logit"), list("incidence",60,"identity"))
band <- cut(p$age, c(0,45,55,100), labels=c("to 45","to 55","over 55")); gray <- function(...) { g <- cuminc(p$time, p$status, p$edema, ...)$Tests; list(statistic=unname(g[,"stat"]), p=unname(g[,"pv"]), df=unname(g[,"df"])) }
save_json(list(pbc=as.list(p[,c("time","status","any","male","age","edema")]), band=as.character(band), fits=lapply(cases, function(v) do.call(one, v)), gray=gray(), gray_strata=gray(strata=band)), "pseudo_regression.json")
