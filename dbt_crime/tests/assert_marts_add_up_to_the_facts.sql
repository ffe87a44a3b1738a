{#- mart, the rows of it that should add up, the measure of the fact that they add up to -#}
{%- set totals = [
    ('crime_by_period', "grain = 'year'", 'offences'),
    ('crime_by_period', "grain = 'month'", 'offences'),
    ('crime_by_period', "grain = 'month_of_year'", 'seasonal_offences'),
    ('crime_by_period', "grain = 'weekday'", 'seasonal_offences'),
    ('crime_by_period', "grain = 'day_of_month'", 'seasonal_offences'),
    ('crime_by_period', "grain = 'hour'", 'seasonal_timed_offences'),
    ('crime_by_weekday_hour', 'true', 'timed_offences'),
    ('crime_trends', "basis = 'occurrence'", 'offences'),
    ('crime_trends', "basis = 'report'", 'offences'),
    ('crime_by_neighbourhood', 'true', 'offences'),
    ('report_lag', 'true', 'offences'),
] -%}

with complete_years as (

    select distinct year
    from {{ ref('crime_trends') }}
    where is_complete_year

),

offences as (

    select
        facts.category,
        facts.occurrence_hour is not null as is_timed,
        complete_years.year is not null as is_seasonal
    from {{ ref('fct_offences') }} as facts
    left join complete_years on facts.occurrence_year = complete_years.year

),

measures as (

    select
        category,
        count(*) as offences,
        {{ count_where('is_timed') }} as timed_offences,
        {{ count_where('is_seasonal') }} as seasonal_offences,
        {{ count_where('is_seasonal and is_timed') }} as seasonal_timed_offences
    from offences
    group by category

),

facts as (

    select * from measures
    union all
    select
        'All' as category,
        {{ sum_integer('offences') }} as offences,
        {{ sum_integer('timed_offences') }} as timed_offences,
        {{ sum_integer('seasonal_offences') }} as seasonal_offences,
        {{ sum_integer('seasonal_timed_offences') }} as seasonal_timed_offences
    from measures

),

compared as (
    {% for mart, rows, measure in totals %}
    select
        '{{ mart }}' as mart,
        '{{ rows | replace("'", '') }}' as mart_rows,
        facts.category,
        facts.{{ measure }} as fact_offences,
        sum(marts.offences) as mart_offences
    from facts
    left join {{ ref(mart) }} as marts
        on facts.category = marts.category
        and {{ rows }}
    group by facts.category, facts.{{ measure }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from compared
where coalesce(mart_offences, 0) <> coalesce(fact_offences, 0)
