with neighbourhoods as (

    select * from {{ ref('neighbourhoods') }}

),

with_none as (

    select
        neighbourhood_id,
        neighbourhood_name,
        population_2023
    from neighbourhoods

    union all

    select
        cast(null as string) as neighbourhood_id,
        '{{ var("no_neighbourhood") }}' as neighbourhood_name,
        cast(null as int64) as population_2023

)

select
    neighbourhood_id,
    neighbourhood_name,
    population_2023,
    {{ publication_id() }}
from with_none
