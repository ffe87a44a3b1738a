with offences as (

    select * from {{ ref('int_offences_by_category') }}

),

coverage as (

    select * from {{ ref('int_coverage') }}
    where dataset = 'major_crimes'

),

counted as (
    {% for basis in ['occurrence', 'report'] %}
    select
        '{{ basis }}' as basis,
        category,
        {{ basis }}_year as year,
        count(*) as offences,
        count(distinct event_id) as events
    from offences
    group by category, {{ basis }}_year
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

compared as (

    select
        counted.*,
        counted.year between coverage.first_complete_year and coverage.last_complete_year
            as is_complete_year,
        sum(case when counted.category = 'All' then counted.offences end) over (
            partition by counted.basis, counted.year
        ) as offences_of_year,
        previous_year.offences as offences_of_previous_year
    from counted
    left join counted as previous_year
        on counted.basis = previous_year.basis
        and counted.category = previous_year.category
        and counted.year = previous_year.year + 1
    cross join coverage

),

based as (

    select
        *,
        min(case when is_complete_year then year end) over (
            partition by basis, category
        ) as base_year
    from compared

)

select
    year,
    category,
    basis,
    offences,
    events,
    offences / offences_of_year as share,
    offences - offences_of_previous_year as change,
    (offences - offences_of_previous_year) / offences_of_previous_year as pct_change,
    100 * offences / max(case when year = base_year then offences end) over (
        partition by basis, category
    ) as index_base_100,
    is_complete_year,
    {{ publication_id() }}
from based
