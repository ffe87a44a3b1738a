{{
    config(
        partition_by=partition_by_month('report_date'),
        cluster_by=clustered_by(['category', 'neighbourhood_id'])
    )
}}

select
    offence_key,
    event_id,
    report_date,
    report_year,
    report_hour,
    occurrence_date,
    occurrence_year,
    occurrence_hour,
    report_lag_days,
    category,
    offence,
    ucr_code,
    ucr_ext,
    premises_type,
    location_type,
    division,
    neighbourhood_id,
    longitude,
    latitude,
    {{ publication_id() }}
from {{ ref('int_offences') }}
