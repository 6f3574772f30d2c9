-- Everybody in remission without residual disease before the second infusion
select bool_and(mrdnegfl = 'Y') as value from adam.adrs where infusion_number = 1
