# Brier's score of a Cox model's predictions on the veterans' lung cancer trial and the lung cancer of sets.R in months, most times tied.
source("sets.R"); suppressMessages(library(pec))
v <- veteran; v$event <- v$status; v$x <- v$karno; l <- lung[!is.na(lung$ph.ecog),]; l$event <- l$status-1; l$time <- ceiling(l$time/30.4375); l$x <- l$ph.ecog
one <- function(d, times) { m <- coxph(Surv(time,event) ~ x+age, d, x=TRUE); s <- predictSurvProb(m, newdata=d, times=times); r <- pec(list(cox=s), Surv(time,event) ~ 1, d, times=times, exact=FALSE, cens.model="marginal", start=NULL, reference=TRUE, verbose=FALSE)
  list(time=d$time, event=d$event, times=times, predicted=lapply(seq_along(times), function(j) s[,j]), score=r$AppErr$cox, null=r$AppErr$Reference) }
save_json(list(veteran=one(v, c(60,120,240)), lung=one(l, c(6,12,20))), "brier.json")
