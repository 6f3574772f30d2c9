-- Month of the first enrollment
select strftime(min(enrldt), '%Y-%m') as value from adam.adsl
