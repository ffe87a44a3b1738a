{#- Each grain's period, as an expression over one day or one offence. -#}
{%- set periods = {
    'year': 'cast(year as string)',
    'month': format_date('%Y-%m', 'date_day'),
    'month_of_year': format_date('%m', 'date_day'),
    'weekday': 'cast(weekday as string)',
    'day_of_month': format_date('%d', 'date_day'),
} -%}
{%- set labels = {
    'year': 'cast(year as string)',
    'month': "concat(month_name, ' ', cast(year as string))",
    'month_of_year': 'month_name',
    'weekday': 'weekday_name',
    'day_of_month': 'cast(day_of_month as string)',
} -%}
{%- set calendar_grains = ['year', 'month'] -%}

with coverage as (

    select * from {{ ref('int_coverage') }}
    where dataset = 'major_crimes'

),

dates as (

    select
        dim_dates.date_day,
        dim_dates.is_first_of_month,
        dim_dates.date_day between coverage.first_day and coverage.last_day as is_observed,
        dim_dates.year between coverage.first_complete_year and coverage.last_complete_year
            as is_in_complete_year,
        {%- for grain, period in periods.items() %}
        {{ period }} as {{ grain }}_period,
        {{ labels[grain] }} as {{ grain }}_label{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('dim_dates') }} as dim_dates
    cross join coverage

),

-- Every day of a seasonal period must have been observed equally often: complete years only.
-- An hour comes once a day, so all hours share one row of observed days.
observed as (
    {% for grain in periods %}
    select
        '{{ grain }}' as grain,
        {{ grain }}_period as period,
        min({{ grain }}_label) as period_label,
        {% if grain in calendar_grains -%}
        count(*) = {{ count_where('is_observed') }} as is_complete,
        {{ count_where('is_observed') }} as days_observed,
        {{ count_where('is_observed and not is_first_of_month') }} as days_observed_excl_defaults
    from dates
        {%- else -%}
        true as is_complete,
        count(*) as days_observed,
        {{ count_where('not is_first_of_month') }} as days_observed_excl_defaults
    from dates
    where is_in_complete_year
        {%- endif %}
    group by {{ grain }}_period

    union all
    {% endfor %}
    select
        'hour' as grain,
        'any' as period,
        cast(null as string) as period_label,
        true as is_complete,
        count(*) as days_observed,
        count(*) as days_observed_excl_defaults
    from dates
    where is_in_complete_year

),

dated as (

    select
        category,
        event_id,
        occurrence_hour,
        occurrence_date as date_day,
        occurrence_year as year,
        {{ iso_weekday('occurrence_date') }} as weekday
    from {{ ref('int_offences_by_category') }}
    where occurrence_date is not null

),

offences as (

    select
        dated.category,
        dated.event_id,
        lpad(cast(dated.occurrence_hour as string), 2, '0') as hour_period,
        dated.occurrence_hour in (0, 12) as is_default_hour,
        extract(day from dated.date_day) = 1 as is_first_of_month,
        dated.year between coverage.first_complete_year and coverage.last_complete_year
            as is_in_complete_year,
        {%- for grain, period in periods.items() %}
        {{ period }} as {{ grain }}_period{{ ',' if not loop.last }}
        {%- endfor %}
    from dated
    cross join coverage

),

counted as (
    {% for grain in periods %}
    select
        '{{ grain }}' as grain,
        {{ grain }}_period as period,
        category,
        count(*) as offences,
        count(distinct event_id) as events,
        {{ count_where('not is_first_of_month') }} as offences_excl_defaults
    from offences
    {%- if grain not in calendar_grains %}
    where is_in_complete_year
    {%- endif %}
    group by {{ grain }}_period, category

    union all
    {% endfor %}
    select
        'hour' as grain,
        hour_period as period,
        category,
        count(*) as offences,
        count(distinct event_id) as events,
        case when not is_default_hour then count(*) end as offences_excl_defaults
    from offences
    where is_in_complete_year and hour_period is not null
    group by hour_period, is_default_hour, category

),

rated as (

    select
        counted.grain,
        counted.period,
        coalesce(observed.period_label, concat(counted.period, ':00')) as period_label,
        counted.category,
        counted.offences,
        counted.events,
        observed.days_observed,
        counted.offences / nullif(observed.days_observed, 0) as offences_per_day,
        observed.is_complete,
        counted.offences_excl_defaults,
        case
            when counted.offences_excl_defaults is not null
                then observed.days_observed_excl_defaults
        end as days_observed_excl_defaults,
        counted.offences_excl_defaults / nullif(observed.days_observed_excl_defaults, 0)
            as offences_per_day_excl_defaults
    from counted
    inner join observed
        on counted.grain = observed.grain
        and observed.period in (counted.period, 'any')

)

select
    grain,
    period,
    period_label,
    category,
    offences,
    events,
    days_observed,
    offences_per_day,
    is_complete,
    {{ rank_of_complete('offences') }} as rank_by_offences,
    {{ rank_of_complete('offences_per_day') }} as rank_by_rate,
    offences_excl_defaults,
    days_observed_excl_defaults,
    offences_per_day_excl_defaults,
    {{ rank_of_complete('offences_per_day_excl_defaults') }} as rank_excl_defaults,
    {{ publication_id() }}
from rated
