# Multi-state probabilities and expected times of the demonstration by R's survival, from its stays as they are in adam.adstate.
# Run by tests/studies/test_multi_state.py where there is R: Rscript demo_states.R <stays.csv> <days, as 183,365> <out.json>
suppressMessages({library(survival); library(jsonlite)})
arguments <- commandArgs(trailingOnly=TRUE)
s <- read.csv(arguments[1], stringsAsFactors=FALSE, na.strings="")
at <- as.numeric(strsplit(arguments[2], ",")[[1]])
s <- s[order(s$subject_id, s$stayn),]
# survfit takes no stay without length: who moves on within a day is told by where the day ends; day 0 lasts half a day.
s$begin <- ifelse(s$stayn == 1, 0, pmax(s$entrydy, 0.5)); s$end <- pmax(s$exitdy, 0.5)
rows <- do.call(rbind, lapply(split(s, s$subject_id), function(p) {
  kept <- p[p$end > p$begin,]; last <- p$state[nrow(p)]
  to <- c(kept$state[-1], if (last != kept$state[nrow(kept)]) last else "censored")
  data.frame(id=p$subject_id[1], begin=kept$begin, end=kept$end, from=kept$state, to=to) }))
states <- unique(c(rows$from, rows$to[rows$to != "censored"]))
fit <- survfit(Surv(begin, end, factor(to, c("censored", states))) ~ 1, rows, id=id, istate=from)
read <- lapply(at, function(day) { x <- summary(fit, times=day, extend=TRUE); list(day=day, p=I(c(x$pstate)), se=I(c(x$std.err))) })
mean_time <- summary(fit, rmean=max(at))$table[, "rmean"]
write_json(list(states=I(fit$states), read=read, mean=I(unname(mean_time))), arguments[3], digits=I(17), auto_unbox=TRUE)
