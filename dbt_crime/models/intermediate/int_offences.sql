{{ config(materialized='view') }}

{%- set content = [
    'lower(offences.event_id)',
    'cast(offences.report_date as string)',
    'cast(offences.report_hour as string)',
    'cast(offences.occurrence_date as string)',
    'cast(offences.occurrence_hour as string)',
    'lower(offences.division)',
    'location_types.folded_label',
    'premises_types.folded_label',
    'offences.ucr_code',
    'offences.ucr_ext',
    'offence_labels.folded_label',
    'lower(offences.category)',
    'lower(offences.neighbourhood_id)',
] -%}
{%- set canonical_text = "concat(coalesce("
    ~ content | join(", ''), '|', coalesce(")
    ~ ", ''))" -%}

with offences as (

    select * from {{ ref('stg_toronto_police__major_crimes') }}

),

labels as (

    select * from {{ ref('int_labels') }}

),

labelled as (

    select
        offences.source_row_id,
        offences.event_id,
        offences.report_date,
        offences.report_hour,
        offences.occurrence_date,
        offences.occurrence_hour,
        offences.category,
        offence_labels.label as offence,
        offences.ucr_code,
        offences.ucr_ext,
        premises_types.label as premises_type,
        location_types.label as location_type,
        offences.division,
        offences.neighbourhood_id,
        offences.longitude,
        offences.latitude,
        {{ sha256_hex(canonical_text) }} as content_hash
    from offences
    left join labels as offence_labels
        on offences.offence = offence_labels.spelling
        and offence_labels.field = 'offence'
    left join labels as premises_types
        on offences.premises_type = premises_types.spelling
        and premises_types.field = 'premises_type'
    left join labels as location_types
        on offences.location_type = location_types.spelling
        and location_types.field = 'location_type'

),

-- Equal rows are several victims of one event: they are numbered, never dropped.
numbered as (

    select
        *,
        row_number() over (
            partition by content_hash
            order by coalesce({{ clean_integer('source_row_id') }}, 0), source_row_id
        ) as occurrence_number
    from labelled

)

select
    concat(content_hash, '-', cast(occurrence_number as string)) as offence_key,
    event_id,
    report_date,
    extract(year from report_date) as report_year,
    report_hour,
    occurrence_date,
    extract(year from occurrence_date) as occurrence_year,
    occurrence_hour,
    {{ dbt.datediff('occurrence_date', 'report_date', 'day') }} as report_lag_days,  -- noqa: LT05
    category,
    offence,
    ucr_code,
    ucr_ext,
    premises_type,
    location_type,
    division,
    neighbourhood_id,
    longitude,
    latitude
from numbered
