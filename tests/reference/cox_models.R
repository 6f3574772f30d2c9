# coxph with late entry, strata, clusters and interactions, cox.zph and concordance, on the real sets lifelines carries and on
# made ones. Each case says which file and columns it took, so that the test builds the same model from the same data.
source("sets.R")
strict <- coxph.control(eps=1e-14, toler.chol=1e-15, iter.max=100)
case <- function(time, event, covariates, csv=NULL, data=NULL, entry=NULL, strata=NULL, cluster=NULL, interaction=NULL, event_is=1, sep=",")
  list(csv=csv, data=data, time=time, event=event, event_is=event_is, covariates=covariates, entry=entry, strata=strata, cluster=cluster, interaction=interaction, sep=sep)
set.seed(31)
n <- 70; site <- sample(paste0("site", 1:9), n, TRUE); late <- floor(runif(n, 0, 15)); t <- late + ceiling(rexp(n, 1/40)); trial <- data.frame(
  entry=late, time=t, event=rbinom(n, 1, .6), age=round(rnorm(n, 30, 12), 1), blasts=round(runif(n, 0, 98)), site=site, sex=sample(c("f","m"), n, TRUE), risk=sample(c("low","mid","high"), n, TRUE))
n <- 25; tied <- data.frame(time=sample(1:6, n, TRUE), event=rbinom(n, 1, .7), x=round(rnorm(n), 2), arm=sample(c("a","b"), n, TRUE), center=sample(letters[1:6], n, TRUE))
cases <- list(
  rossi=case("week","arrest",c("fin","age","race","prio"), csv="rossi.csv"),
  rossi_strata=case("week","arrest",c("fin","age","prio"), csv="rossi.csv", strata="wexp"),
  rossi_cluster=case("week","arrest",c("fin","age"), csv="rossi.csv", cluster="prio"),
  rossi_interaction=case("week","arrest",c("fin","age"), csv="rossi.csv", interaction=c("fin","age")),
  gbsg2=case("time","cens",c("horTh","age","tsize","tgrade","pnodes"), csv="gbsg2.csv"),
  gbsg2_strata=case("time","cens",c("horTh","age","pnodes"), csv="gbsg2.csv", strata="tgrade"),
  gbsg2_interaction=case("time","cens",c("horTh","tgrade"), csv="gbsg2.csv", interaction=c("horTh","tgrade")),
  gbsg2_entry=case("time","cens",c("age","pnodes"), csv="gbsg2.csv", entry="tsize"),
  lung=case("time","status",c("age","sex","ph.ecog"), csv="lung.csv"),
  lung_cluster=case("time","status",c("age","sex"), csv="lung.csv", cluster="inst"),
  lung_strata=case("time","status",c("age","wt.loss"), csv="lung.csv", strata="sex"),
  lung_strata_cluster=case("time","status",c("age","ph.ecog"), csv="lung.csv", strata="sex", cluster="inst"),
  larynx=case("time","death",c("age","Stage_II","Stage_III","Stage_IV"), csv="larynx.csv"),
  kidney_transplant=case("time","death",c("age","black_male","white_male","black_female"), csv="kidney_transplant.csv"),
  lymphoma=case("Time","Censor",c("Stage_group"), csv="lymphoma.csv"),
  lymph_node=case("rectime","censrec",c("age","size","nodes","hormone"), csv="lymph_node.csv"),
  lymph_node_strata=case("rectime","censrec",c("size","nodes"), csv="lymph_node.csv", strata="grade"),
  anderson=case("t","status",c("sex","logWBC","Rx"), csv="anderson.csv", sep=" "),
  anderson_strata=case("t","status",c("logWBC","Rx"), csv="anderson.csv", strata="sex", sep=" "),
  g3=case("time","event",c("age","group"), csv="g3.csv", event_is="True"),
  psychiatric=case("T","C",c("sex"), csv="psychiatric_patients.csv"),
  dd=case("duration","observed",c("democracy","start_year"), csv="dd.csv"),
  dd_cluster=case("duration","observed",c("democracy"), csv="dd.csv", cluster="un_continent_name"),
  dd_strata=case("duration","observed",c("start_year"), csv="dd.csv", strata="un_continent_name"),
  regression=case("T","E",c("var1","var2","var3"), csv="regression.csv"),
  waltons=case("T","E",c("group"), csv="waltons_dataset.csv"),
  actg=case("days","cens",c("age","cd40","karnof","gender"), csv="ACTG175.csv"),
  actg_strata=case("days","cens",c("age","cd40"), csv="ACTG175.csv", strata="strat", cluster="karnof"),
  trial=case("time","event",c("age","blasts","risk"), data=trial),
  trial_entry=case("time","event",c("age","blasts"), data=trial, entry="entry"),
  trial_entry_strata=case("time","event",c("age","blasts"), data=trial, entry="entry", strata="sex"),
  trial_cluster=case("time","event",c("age","sex"), data=trial, cluster="site"),
  trial_entry_cluster=case("time","event",c("age","blasts"), data=trial, entry="entry", cluster="site"),
  trial_interaction=case("time","event",c("sex","risk"), data=trial, interaction=c("sex","risk")),
  tied=case("time","event",c("x","arm"), data=tied), tied_cluster=case("time","event",c("x","arm"), data=tied, cluster="center"), tied_strata=case("time","event","x", data=tied, strata="arm"))
read_case <- function(k) { d <- if (is.null(k$csv)) k$data else carried(k$csv, sep=k$sep)
  if (!is.null(k$csv) && k$csv=="ACTG175.csv") d$cens <- as.integer(d$cens)
  d$.event <- as.integer(as.character(d[[k$event]]) == as.character(k$event_is)); d }
quoted <- function(v) paste0("`", v, "`")
describe <- function(k) { d <- read_case(k)
  for (v in k$covariates) if (is.character(d[[v]])) d[[v]] <- factor(d[[v]], sort(unique(d[[v]]), method="radix"))
  left <- if (is.null(k$entry)) sprintf("Surv(%s,.event)", quoted(k$time)) else sprintf("Surv(%s,%s,.event)", quoted(k$entry), quoted(k$time))
  right <- paste(c(quoted(k$covariates), if (!is.null(k$interaction)) paste(quoted(k$interaction), collapse=":"), if (!is.null(k$strata)) sprintf("strata(%s)", quoted(k$strata))), collapse="+")
  used <- complete.cases(d[, c(k$covariates, k$cluster), drop=FALSE]); d <- d[used,]
  if (!is.null(k$entry)) d <- d[d[[k$entry]] < d[[k$time]],]
  args <- list(formula=as.formula(paste(left, "~", right)), data=d, control=strict, ties="efron"); plain <- do.call(coxph, args)
  m <- if (is.null(k$cluster)) plain else do.call(coxph, c(args, list(cluster=d[[k$cluster]])))
  s <- summary(m)$coefficients; z <- lapply(c(km="km", identity="identity", rank="rank"), function(tr) { w <- cox.zph(plain, transform=tr)$table; list(names=I(rownames(w)), chisq=I(unname(w[,1])), df=I(unname(w[,2])), p=I(unname(w[,3]))) })
  levels <- lapply(d[k$covariates], function(v) if (is.factor(v)) levels(v)); k$data <- if (!is.null(k$data)) as.list(k$data)
  c(k[c("csv","sep","data","time","event","event_is","entry","strata","cluster","interaction")], list(covariates=I(k$covariates), levels=levels, n=m$n, events=m$nevent, coef=I(unname(coef(m))), se=I(unname(sqrt(diag(vcov(m))))),
    p=I(unname(s[,ncol(s)])), loglik=m$loglik, concordance=unname(summary(plain)$concordance[1]), zph=z)) }
save_json(lapply(cases, describe), "cox_models.json")
