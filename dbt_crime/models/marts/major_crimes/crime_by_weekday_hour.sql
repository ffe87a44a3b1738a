with offences as (

    select * from {{ ref('int_offences_by_category') }}

),

dates as (

    select * from {{ ref('dim_dates') }}

)

select
    dates.weekday,
    dates.weekday_name,
    offences.occurrence_hour as hour,
    dates.year,
    offences.category,
    count(*) as offences,
    count(distinct offences.event_id) as events,
    {{ publication_id() }}
from offences
inner join dates on offences.occurrence_date = dates.date_day
where offences.occurrence_hour is not null
group by
    dates.weekday, dates.weekday_name, offences.occurrence_hour, dates.year, offences.category
