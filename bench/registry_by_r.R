# The figures of bench/night_of_a_registry.py in R: Rscript registry_by_r.R <folder>.
suppressMessages({library(survival); library(cmprsk); library(jsonlite)})
folder <- commandArgs(trailingOnly=TRUE)[1]
paths <- Sys.glob(file.path(folder, "landing", "*", "*", "*", "*.csv"))
d <- do.call(rbind, lapply(paths, read.csv, colClasses=c(year="character", agecl="character", proph="character", match="character")))
levels <- list(year=c("1985-1989", "1990-1994", "1995-1998"), agecl=c("<=20", ">40", "20-40"), proph=c("no", "yes"), match=c("no gender mismatch", "gender mismatch"))
for (f in names(levels)) d[[f]] <- factor(d[[f]], levels[[f]])
d$lfst <- ifelse(d$rel.s == 1, d$rel, d$srv); d$lfs <- as.integer(d$rel.s == 1 | d$srv.s == 1)
d$ev <- ifelse(d$rel.s == 1, 1, ifelse(d$srv.s == 1, 2, 0))
months <- c(6, 12, 24, 60); days <- months * 30.4375; out <- list()
put <- function(names, values) out[names] <<- as.list(unname(values))
km <- function(name, time, event) put(paste(name, months), summary(survfit(Surv(time, event) ~ 1), times=days, extend=TRUE)$surv)
km("os", d$srv, d$srv.s); km("lfs", d$lfst, d$lfs)
put(paste("cir", months), timepoints(cuminc(d$lfst, d$ev), days)$est[1,])
for (f in names(levels)) {
  for (l in levels[[f]]) { k <- d[[f]] == l; km(paste("lfs", l), d$lfst[k], d$lfs[k]) }
  put(paste("lfs logrank", f), survdiff(as.formula(paste("Surv(lfst, lfs) ~", f)), d)$chisq)
}
g <- cuminc(d$lfst, d$ev, d$agecl); at <- timepoints(g, days)$est
for (l in levels$agecl) put(paste("cir", l, months), at[paste(l, 1),])
put("cir gray agecl", g$Tests[1, "stat"])
named <- unlist(lapply(names(levels), function(f) paste(f, levels[[f]][-1])))
put(paste("cox_os", named), exp(coef(coxph(Surv(srv, srv.s) ~ year + agecl + proph + match, d))))
put(paste("cox_lfs", named), exp(coef(coxph(Surv(lfst, lfs) ~ year + agecl + proph + match, d))))
td <- tmerge(d, d, id=id, event=event(lfst, lfs), recovered=tdc(ifelse(rec.s == 1, rec, NA)), adverse=tdc(ifelse(ae.s == 1, ae, NA)))
put(paste("cox_timevarying_lfs", c(named, "recovered", "adverse")), exp(coef(coxph(Surv(tstart, tstop, event) ~ year + agecl + proph + match + recovered + adverse, td))))
write_json(out, file.path(folder, "figures.json"), digits=15, auto_unbox=TRUE)
