-- CAR-T cells found in cerebrospinal fluid
select count(*) filter (aval > 0) > 0 as value from adam.adcks where matrix = 'CSF'
