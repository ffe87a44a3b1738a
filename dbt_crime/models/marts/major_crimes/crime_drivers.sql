with years as (

    select
        category,
        year,
        offences,
        row_number() over (
            partition by category order by offences desc, year asc
        ) as rank_of_year
    from {{ ref('crime_trends') }}
    where basis = 'occurrence' and is_complete_year and category <> 'All'

),

coverage as (

    select * from {{ ref('int_coverage') }}
    where dataset = 'major_crimes'

),

pairs as (
    {% for pair, compare_year in {
        'first_to_last': 'coverage.last_complete_year',
        'first_to_peak': 'years.year',
    }.items() %}
    select
        '{{ pair }}' as pair,
        years.category,
        coverage.first_complete_year as base_year,
        {{ compare_year }} as compare_year
    from years
    cross join coverage
    where years.rank_of_year = 1
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

compared as (

    select
        pairs.pair,
        pairs.category,
        pairs.base_year,
        pairs.compare_year,
        members.dimension,
        members.member,
        {% for side in ['base', 'compare'] -%}
        {{ sum_integer(
            'case when members.year = pairs.' ~ side ~ '_year then members.offences else 0 end'
        ) }} as {{ side }}_offences{{ ',' if not loop.last }}
        {% endfor %}
    from pairs
    inner join {{ ref('crime_by_member') }} as members
        on pairs.category = members.category
        and members.year in (pairs.base_year, pairs.compare_year)
    group by
        pairs.pair,
        pairs.category,
        pairs.base_year,
        pairs.compare_year,
        members.dimension,
        members.member

),

changed as (

    select
        *,
        compare_offences - base_offences as change
    from compared

)

select
    pair,
    category,
    base_year,
    compare_year,
    dimension,
    member,
    base_offences,
    compare_offences,
    change,
    change / nullif(sum(change) over (partition by pair, category, dimension), 0) as contribution,
    {{ publication_id() }}
from changed
