{{
    config(
        partition_by=partition_by_month('reported_date'),
        cluster_by=clustered_by(['primary_offence'])
    )
}}

with hate_crimes as (

    select * from {{ ref('stg_toronto_police__hate_crimes') }}

),

labels as (

    select * from {{ ref('int_labels') }}

),

biases as (

    select
        event_id,
        count(*) as bias_count
    from {{ ref('hate_crime_biases') }}
    group by event_id

),

major_crimes as (

    select distinct event_id from {{ ref('fct_offences') }}

)

select
    hate_crimes.event_id,
    hate_crimes.reported_date,
    extract(year from hate_crimes.reported_date) as reported_year,
    hate_crimes.reported_time,
    hate_crimes.occurrence_date,
    hate_crimes.occurrence_time,
    primary_offences.label as primary_offence,
    location_types.label as location_type,
    hate_crimes.division,
    hate_crimes.neighbourhood_id,
    hate_crimes.is_arrest_made,
    coalesce(biases.bias_count, 0) as bias_count,
    coalesce(biases.bias_count, 0) > 1 as is_multiple_bias,
    major_crimes.event_id is not null as is_major_crime,
    {{ publication_id() }}
from hate_crimes
left join labels as primary_offences
    on hate_crimes.primary_offence = primary_offences.spelling
    and primary_offences.field = 'hate_primary_offence'
left join labels as location_types
    on hate_crimes.location_type = location_types.spelling
    and location_types.field = 'hate_location_type'
left join biases on hate_crimes.event_id = biases.event_id
left join major_crimes on hate_crimes.event_id = major_crimes.event_id
