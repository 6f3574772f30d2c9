# Small data sets made here, and the real ones that the Python package lifelines carries (its dataset folder is the argument).
# Every reference script starts with source("sets.R"). The results are committed as JSON; the tests need no R.
# Needs Debian's r-cran-survival, cmprsk, jsonlite, maxstat, exactranktests, proc, etm, kmsurv, prodlim, geepack, pec. Run all in this folder:  for s in survival survival_extended competing_risks fine_gray regression cox_models firth proportions comparisons published_curves kinetics multi_state cox_after_fit comparisons_extended follow_up_extended trial_designs exact_tables cox_weighted pseudo_regression brier transitions weighted_estimands fine_gray_late exact_ties validation cut_points_tied reporting_delay brier_integrated pseudo_mean; do Rscript $s.R <folder>; done
suppressMessages({library(survival); library(cmprsk); library(jsonlite)})
folder <- commandArgs(trailingOnly=TRUE)[1]
carried <- function(file, ...) read.csv(file.path(folder, file), stringsAsFactors=FALSE, ...)
save_json <- function(x, file) write_json(x, file, digits=I(17), auto_unbox=TRUE, na="null", null="null")

set.seed(20251)
made <- list(
  ties = data.frame(time=c(1,2,2,3,3,3,4,5,5,6,6,7,8,8,9), event=c(1,1,0,1,1,0,1,0,1,1,1,0,0,1,0), group=rep(c("a","b","c"),5)),
  heavy_censoring = data.frame(time=c(3,5,7,9,12,15,20,22,25,30,31,40), event=c(0,0,1,0,0,0,0,1,0,0,0,0), group=rep(c("a","b"),6)),
  three = data.frame(time=c(2,4,6), event=c(1,0,1), group=c("a","b","b")),
  half_exactly = data.frame(time=c(1,2,3,4,5,6), event=c(1,1,1,0,0,1), group=rep(c("a","b"),3)),
  half_at_end = data.frame(time=c(1,2,3,4), event=c(1,1,0,0), group=c("a","b","a","b")),
  half_stretch = data.frame(time=c(1,2,3,4,5,6,7,8), event=c(1,1,1,1,0,0,1,1), group=rep(c("a","b"),4)),
  no_events = data.frame(time=c(4,5,9,11), event=0, group=c("a","b","a","b")),
  group_without_event = data.frame(time=c(2,3,5,8,9,4,6,7,10,12), event=c(1,1,1,0,1,0,0,0,0,0), group=rep(c("a","b"),each=5)),
  all_die_at_once = data.frame(time=rep(5,6), event=1, group=rep(c("a","b"),3)),
  event_at_zero = data.frame(time=c(0,0,1,2,3,4), event=c(1,0,1,0,1,0), group=rep(c("a","b"),3)),
  last_is_event = data.frame(time=c(10,20,30,40,50), event=c(0,1,1,0,1), group=c("a","a","b","b","b")),
  rounded_days = {n <- 80; t <- ceiling(rexp(n, 1/200)); c <- ceiling(runif(n, 30, 400))
    data.frame(time=pmin(t,c), event=as.integer(t<=c), group=sample(c("a","b","c","d"), n, TRUE), stratum=sample(c("x","y"), n, TRUE))},
  months = {n <- 40; t <- ceiling(rexp(n, 1/300)); c <- ceiling(runif(n, 60, 700))
    data.frame(time=pmin(t,c)/30.4375, event=as.integer(t<=c), group=sample(c("a","b"), n, TRUE))})
entered <- list(
  late_entry = data.frame(entry=c(0,2,5,0,8,1,3), time=c(5,5,8,8,10,9,12), event=c(1,0,1,1,0,1,0)),
  late_entry_long = {n <- 60; e <- floor(runif(n, 0, 20)); t <- e + ceiling(rexp(n, 1/25)); d <- rbinom(n, 1, .6); data.frame(entry=e, time=t, event=d)})
competing <- list(
  ties = data.frame(time=c(1,2,2,2,3,3,4,4,4,5,6,6,7,8,8,9,9,10), event=c(1,1,2,0,1,1,2,2,0,1,2,0,1,1,2,0,0,1), group=rep(c("a","b","c"),6)),
  twenty = data.frame(time=c(3,5,5,6,8,9,9,11,12,12,14,15,17,18,20,21,24,25,25,30), event=c(1,2,1,0,1,0,2,1,1,2,0,1,0,2,0,0,1,0,0,0), group=rep(c("a","b"),10)),
  one_relapse = data.frame(time=c(4,6,7,9,10), event=c(0,1,0,2,0), group=c("a","a","b","b","b")),
  all_events = data.frame(time=c(1,2,3,4,5,5), event=c(1,2,1,2,1,1), group=rep(c("a","b"),3)),
  rounded_days = {n <- 120; t <- ceiling(rexp(n, 1/150)); k <- sample(1:2, n, TRUE, c(.7,.3)); c <- ceiling(runif(n, 20, 400))
    data.frame(time=pmin(t,c), event=ifelse(t<=c, k, 0), group=sample(c("a","b","c"), n, TRUE))},
  three_causes = {n <- 90; t <- ceiling(rexp(n, 1/100)); k <- sample(1:3, n, TRUE); c <- ceiling(runif(n, 20, 250))
    data.frame(time=pmin(t,c), event=ifelse(t<=c, k, 0), group=sample(c("a","b"), n, TRUE))})
