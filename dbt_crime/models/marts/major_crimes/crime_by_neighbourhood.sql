with counted as (

    select
        neighbourhood_id,
        occurrence_year as year,
        category,
        count(*) as offences,
        count(distinct event_id) as events
    from {{ ref('int_offences_by_category') }}
    group by neighbourhood_id, occurrence_year, category

),

neighbourhoods as (

    select * from {{ ref('dim_neighbourhoods') }}

)

select
    counted.neighbourhood_id,
    coalesce(neighbourhoods.neighbourhood_name, '{{ var("no_neighbourhood") }}')
        as neighbourhood_name,
    counted.year,
    counted.category,
    counted.offences,
    counted.events,
    1000 * counted.offences / neighbourhoods.population_2023 as offences_per_1000,
    {{ publication_id() }}
from counted
left join neighbourhoods on counted.neighbourhood_id = neighbourhoods.neighbourhood_id
