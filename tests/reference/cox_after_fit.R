# What is asked of a fitted model: contrasts, overall tests, predicted survival, residuals, Breslow's ties; survival's lung and colon sets.
source("sets.R")
l <- lung[complete.cases(lung[,c("time","status","age","sex","ph.ecog")]),]; l <- l[l$ph.ecog<3,]; l$event <- l$status-1; l$ecog <- factor(l$ph.ecog, 0:2, c("good","fair","poor"))
f <- coxph(Surv(time,event)~age+sex+ecog, l); b <- coxph(Surv(time,event)~age+sex+ecog, l, ties="breslow"); s <- summary(f)
k <- c(0,0,-1,1); poor_fair <- list(log=sum(k*coef(f)), se=sqrt(drop(k %*% vcov(f) %*% k)))
new <- data.frame(age=c(50,70), sex=c(1,2), ecog=factor(c("good","poor"), levels(l$ecog)))
p <- survfit(f, new, conf.type="log-log"); plain <- survfit(f, new, conf.type="log")
late <- l; late$entry <- floor(late$time*((seq_len(nrow(l))*7)%%10)/20); g <- coxph(Surv(entry,time,event)~age+sex+ecog, late); q <- survfit(g, new)
curve <- function(p) { e <- p$n.event>0; list(time=I(p$time[e]), survival=lapply(1:2, function(i) I(p$surv[e,i])), hazard_error=lapply(1:2, function(i) I(p$std.err[e,i])), low=lapply(1:2, function(i) I(p$lower[e,i])), high=lapply(1:2, function(i) I(p$upper[e,i]))) }
residuals_of <- function(f) list(martingale=I(unname(residuals(f))), deviance=I(unname(residuals(f,"deviance"))), dfbeta=lapply(1:4, function(i) I(unname(residuals(f,"dfbeta")[,i]))), schoenfeld=lapply(1:4, function(i) I(unname(residuals(f,"schoenfeld")[,i]))))
tight <- glm.control(1e-15, 100); y <- glm(I(time>365)~age+sex+ecog, binomial, l, control=tight); y0 <- glm(I(time>365)~1, binomial, l, control=tight)
save_json(list(data=list(time=l$time, event=l$event, age=l$age, sex=l$sex, ecog=as.character(l$ecog), entry=late$entry), overall=list(lr=I(unname(s$logtest)), wald=I(unname(s$waldtest)), score=I(unname(s$sctest))),
  covariance=lapply(1:4, function(i) I(unname(vcov(f)[i,]))), poor_fair=poor_fair, breslow=list(coef=I(unname(coef(b))), se=I(unname(sqrt(diag(vcov(b))))), loglik=I(b$loglik)), predicted=curve(p), predicted_log=curve(plain), predicted_late=curve(q), baseline=I(basehaz(f, centered=FALSE)$hazard[p$n.event>0]),
  residuals=residuals_of(f), residuals_late=residuals_of(g), logistic=list(score=I(c(anova(y0, y, test="Rao")$Rao[2], anova(y0, y, test="Rao")$"Pr(>Chi)"[2])))), "cox_after_fit.json")
