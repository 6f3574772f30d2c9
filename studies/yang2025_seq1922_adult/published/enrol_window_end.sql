-- Month of the last enrollment
select strftime(max(enrldt), '%Y-%m') as value from adam.adsl
