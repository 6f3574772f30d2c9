# Mean time lost to a cause up to a horizon, by sex: every fourth patient of mgus2, tied months, death competing with progression.
source("sets.R")
m <- mgus2[seq(1, nrow(mgus2), 4),]; m$etime <- with(m, ifelse(pstat==0, futime, ptime)); m$kind <- with(m, ifelse(pstat==0, 2*death, 1))
fit <- survfit(Surv(etime, factor(kind, 0:2, c("censor","pcm","death")))~sex, m)
lost <- function(h) { t <- summary(fit, rmean=h)$table; list(horizon=h, sex=I(sub(",.*", "", sub("sex=", "", rownames(t)))), state=I(sub(".*, ", "", rownames(t))), mean=I(unname(t[,"rmean"]))) }
save_json(list(data=list(time=m$etime, kind=m$kind, sex=I(as.character(m$sex))), lost=lapply(c(60, 120, 240), lost)), "time_lost.json")
