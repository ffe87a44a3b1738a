with trends as (

    select
        category,
        year,
        offences
    from {{ ref('crime_trends') }}
    where basis = 'occurrence' and category <> 'All'

),

dimensions as (

    select distinct dimension from {{ ref('crime_by_member') }}

),

members as (

    select
        category,
        year,
        dimension,
        sum(offences) as offences
    from {{ ref('crime_by_member') }}
    group by category, year, dimension

)

select
    trends.category,
    trends.year,
    dimensions.dimension,
    trends.offences as trend_offences,
    members.offences as member_offences
from trends
cross join dimensions
left join members
    on trends.category = members.category
    and trends.year = members.year
    and dimensions.dimension = members.dimension
where trends.offences <> coalesce(members.offences, 0)
