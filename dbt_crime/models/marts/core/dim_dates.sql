with days_seen as (

    select occurrence_date as day_seen from {{ ref('fct_offences') }}
    union all
    select report_date as day_seen from {{ ref('fct_offences') }}
    union all
    select occurrence_date as day_seen from {{ ref('stg_toronto_police__hate_crimes') }}
    union all
    select reported_date as day_seen from {{ ref('stg_toronto_police__hate_crimes') }}

),

bounds as (

    select
        min(extract(year from day_seen)) as first_year,
        max(extract(year from day_seen)) as last_year
    from days_seen

),

span as (

    select
        {{ try_to('date', "concat(cast(first_year as string), '-01-01')") }} as first_day,
        {{ try_to('date', "concat(cast(last_year as string), '-12-31')") }} as last_day
    from bounds

),

dates as (

    select cast(day_of_span as date) as date_day
    from span
    cross join {{ each_day('span.first_day', 'span.last_day', 'day_of_span') }}

)

select
    date_day,
    extract(year from date_day) as year,
    cast(floor((extract(month from date_day) + 2) / 3) as int64) as quarter,
    extract(month from date_day) as month,
    {{ format_date('%B', 'date_day') }} as month_name,
    extract(day from date_day) as day_of_month,
    extract(dayofyear from date_day) as day_of_year,
    {{ iso_weekday('date_day') }} as weekday,
    {{ format_date('%A', 'date_day') }} as weekday_name,
    {{ iso_weekday('date_day') }} >= 6 as is_weekend,
    extract(day from date_day) = 1 as is_first_of_month,
    {{ publication_id() }}
from dates
