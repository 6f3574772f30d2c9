# The same estimates as bench/statistics_against_r.py, timed in R: Rscript statistics_against_r.R <folder> <n>.
suppressMessages({library(survival); library(cmprsk); library(prodlim); library(geepack)})
args <- commandArgs(trailingOnly=TRUE); folder <- args[1]; n <- as.integer(args[2])
column <- function(name) readBin(file.path(folder, name), "double", n)
time <- column("time"); kind <- column("kind"); group <- column("group"); weight <- column("weight"); stratum <- column("stratum"); x <- sapply(paste0("x", 1:8), column)
event <- as.integer(kind > 0); state <- factor(kind, 0:2)
say <- function(name, expression) cat(name, system.time(expression)[["elapsed"]], "\n")
say("Kaplan-Meier", survfit(Surv(time, event) ~ 1))
say("Aalen-Johansen", survfit(Surv(time, state) ~ 1))
say("log-rank", survdiff(Surv(time, event) ~ group))
say("Gray", cuminc(time, kind, group))
say("Cox", coxph(Surv(time, event) ~ x))
if (n <= 5000) say("Fine-Gray", crr(time, kind, x))
# Robust errors on many tied days take R minutes at 100,000.
if (n <= 20000) say("Cox, weighted", coxph(Surv(time, event) ~ x, weights=weight, robust=TRUE))
say("Gray, stratified", cuminc(time, kind, group, strata=stratum))
# Only with its influence does survfit give an error of the area: a matrix of subjects and times.
if (n <= 10000) say("time lost", { f <- survfit(Surv(time, state) ~ 1, influence=TRUE); k <- which(f$time < 365); sqrt(sum((f$influence.pstate[,k+1,2] %*% diff(c(f$time[k], 365)))^2)) })
if (n <= 100000) say("pseudo, cloglog", { y <- drop(jackknife(prodlim(Hist(time, kind) ~ 1), times=365, cause=1)); geese(y ~ x, id=seq_len(n), mean.link="cloglog", corstr="independence") })
