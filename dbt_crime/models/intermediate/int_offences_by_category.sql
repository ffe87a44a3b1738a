{{ config(materialized='view' if target.type == 'duckdb' else 'table') }}

-- Events do not add up over categories, so every offence also counts under All.
{%- for category in ['category', "'All'"] %}
select
    {{ category }} as category,
    event_id,
    occurrence_date,
    occurrence_year,
    occurrence_hour,
    report_year,
    report_lag_days,
    neighbourhood_id
from {{ ref('fct_offences') }}
{{ 'union all' if not loop.last }}
{%- endfor %}
