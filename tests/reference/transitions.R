# One transition of a multi-state model: Cox models on the rows of 646 patients with acute myeloid leukemia, from one state to another.
source("sets.R")
a <- myeloid; long <- fromJSON("multi_state.json")$myeloid$rows; long <- as.data.frame(lapply(long, unlist), stringsAsFactors=FALSE)
long$trt <- a$trt[match(long$id, a$id)]; long$sex <- a$sex[match(long$id, a$id)]
one <- function(from, to) { d <- long[long$from==from,]; d$ev <- as.integer(d$to==to); d$gap <- d$exit-d$entry
  told <- function(m, robust) list(coef=I(unname(coef(m))), se=I(unname(sqrt(diag(m$var)))), naive=I(unname(sqrt(diag(if (is.null(m$naive.var)) m$var else m$naive.var)))), n=length(unique(d$id)), events=m$nevent)
  list(from=from, to=to, forward=told(coxph(Surv(entry,exit,ev) ~ trt+sex, d)), reset=told(coxph(Surv(gap,ev) ~ trt+sex, d)),
    robust=told(coxph(Surv(entry,exit,ev) ~ trt+sex, d, cluster=id))) }
p <- myeloid[,c("id","trt","sex")]
save_json(list(subjects=list(id=p$id, trt=as.character(p$trt), sex=as.character(p$sex)),
  cases=list(one("CR","relapse"), one("CR","SCT"), one("relapse","death"), one("SCT","relapse"))), "transitions.json")
