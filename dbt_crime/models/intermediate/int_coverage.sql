-- Hate crimes are about one a day: a last report some days before New Year's Eve still ends a
-- full year. Major crimes are over a hundred a day, so their last report is the last day.
with reports as (

    select
        'major_crimes' as dataset,
        0 as quiet_days,
        greatest({{ var('first_year') }}, min(extract(year from report_date))) as first_year,
        max(report_date) as last_day
    from {{ ref('fct_offences') }}

    union all

    select
        'hate_crimes' as dataset,
        7 as quiet_days,
        min(extract(year from reported_date)) as first_year,
        max(reported_date) as last_day
    from {{ ref('stg_toronto_police__hate_crimes') }}

)

select
    dataset,
    {{ try_to('date', "concat(cast(first_year as string), '-01-01')") }} as first_day,
    last_day,
    first_year as first_complete_year,
    case
        when extract(month from last_day) = 12 and extract(day from last_day) >= 31 - quiet_days
            then extract(year from last_day)
        else extract(year from last_day) - 1
    end as last_complete_year
from reports
