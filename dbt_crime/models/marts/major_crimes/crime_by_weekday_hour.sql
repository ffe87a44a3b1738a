with timed as (

    select
        {{ iso_weekday('occurrence_date') }} as weekday,
        {{ format_date('%A', 'occurrence_date') }} as weekday_name,
        occurrence_hour as hour,
        occurrence_year as year,
        category,
        event_id
    from {{ ref('int_offences_by_category') }}
    where occurrence_hour is not null

)

select
    weekday,
    weekday_name,
    hour,
    year,
    category,
    count(*) as offences,
    count(distinct event_id) as events,
    {{ publication_id() }}
from timed
group by weekday, weekday_name, hour, year, category
