# coxph (Efron), glm(binomial), and coxph on tmerge's start-stop rows.
source("sets.R")
strict <- coxph.control(eps=1e-14, toler.chol=1e-15, iter.max=100)
describe_cox <- function(m) { s <- summary(m); list(names=I(rownames(s$coefficients)), coef=I(unname(coef(m))), se=I(unname(sqrt(diag(vcov(m))))), p=I(unname(s$coefficients[,"Pr(>|z|)"])),
  low=I(unname(s$conf.int[,3])), high=I(unname(s$conf.int[,4])), n=m$n, events=m$nevent, loglik=m$loglik, lr=unname(s$logtest), concordance=unname(s$concordance[1])) }
describe_glm <- function(m) { s <- summary(m)$coefficients; list(names=I(rownames(s)), coef=I(unname(s[,1])), se=I(unname(s[,2])), p=I(unname(s[,4])),
  loglik=as.numeric(logLik(m)), null=-m$null.deviance/2) }
# glm's errors come from the weights of the step before the last: fitted again from its own solution they belong to the maximum.
logistic <- function(formula, d) { m <- glm(formula, binomial, d, epsilon=1e-14, maxit=100); describe_glm(glm(formula, binomial, d, start=coef(m), epsilon=1e-14, maxit=100)) }
cox <- function(formula, d) describe_cox(coxph(formula, d, control=strict, ties="efron"))

rossi <- carried("rossi.csv"); gbsg2 <- carried("gbsg2.csv"); waltons <- carried("waltons_dataset.csv"); heart <- carried("stanford_heart.csv")
gbsg2$tgrade <- factor(gbsg2$tgrade, c("I","II","III")); gbsg2$horTh <- factor(gbsg2$horTh, c("no","yes")); gbsg2$menostat <- factor(gbsg2$menostat, c("Pre","Post"))
waltons$group <- factor(waltons$group, c("control","miR-137"))
heart <- heart[heart$stop > heart$start,]

set.seed(7)
n <- 30; small <- data.frame(time=ceiling(rexp(n,1/8)), event=rbinom(n,1,.6), age=round(rnorm(n,30,12)), risk=sample(c("standard","high","very high"),n,TRUE))
small$risk <- factor(small$risk, c("standard","high","very high")); small$age[c(3,17)] <- NA; small$cr <- rbinom(n,1,plogis(-.3+.5*(small$risk=="high")))
n <- 60; t <- ceiling(rexp(n,1/60)); c <- ceiling(runif(n,20,150)); exposed <- data.frame(id=1:n, time=pmin(t,c), event=as.integer(t<=c), sex=sample(0:1,n,TRUE),
  transplant=ifelse(runif(n)<.5, floor(runif(n,0,60)), NA), decitabine=ifelse(runif(n)<.4, floor(runif(n,0,60)), NA))
exposed$transplant[1:4] <- c(exposed$time[1:2], 0, exposed$time[4]+5); exposed$decitabine[5] <- exposed$transplant[5] <- max(1, exposed$time[5]-1)
rows <- tmerge(exposed[,c("id","sex","time")], exposed, id=id, event=event(time,event), transplanted=tdc(transplant), treated=tdc(decitabine))

out <- list(
  cox=list(rossi=cox(Surv(week,arrest)~fin+age+race+wexp+mar+paro+prio, rossi), gbsg2=cox(Surv(time,cens)~horTh+age+menostat+tsize+tgrade+pnodes, gbsg2),
    gbsg2_tgrade=cox(Surv(time,cens)~relevel(tgrade,"III"), gbsg2), waltons=cox(Surv(T,E)~group, waltons), small=cox(Surv(time,event)~age+risk, small), small_risk=cox(Surv(time,event)~risk, small)),
  logistic=list(rossi=logistic(arrest~fin+age+race+wexp+mar+paro+prio, rossi), gbsg2=logistic(cens~horTh+age+menostat+tgrade+pnodes, gbsg2), small=logistic(cr~age+risk, small), small_risk=logistic(cr~risk, small)),
  time_dependent=list(heart=cox(Surv(start,stop,event)~age+year+surgery+transplant, heart), exposed=cox(Surv(tstart,tstop,event)~sex+transplanted+treated, rows)),
  small=as.list(transform(small, risk=as.character(risk))), exposed=as.list(exposed),
  rows=list(id=rows$id, start=rows$tstart, stop=rows$tstop, event=rows$event, transplanted=rows$transplanted, treated=rows$treated))
save_json(out, "regression.json")
