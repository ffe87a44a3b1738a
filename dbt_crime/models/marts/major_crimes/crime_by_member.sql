{%- set neighbourhood -%}
    coalesce(neighbourhoods.neighbourhood_name, '{{ var("no_neighbourhood") }}')
{%- endset -%}
{%- set members = {
    'offence': 'offences.offence',
    'premises_type': 'offences.premises_type',
    'location_type': 'offences.location_type',
    'division': 'offences.division',
    'neighbourhood': neighbourhood,
    'weekday': format_date('%A', 'offences.occurrence_date'),
    'hour': "lpad(cast(offences.occurrence_hour as string), 2, '0')",
} -%}

with offences as (

    select * from {{ ref('fct_offences') }}

),

neighbourhoods as (

    select * from {{ ref('dim_neighbourhoods') }}

),

described as (

    select
        offences.occurrence_year as year,
        offences.category,
        {%- for dimension, member in members.items() %}
        coalesce({{ member }}, 'Not recorded') as {{ dimension }}_member{{ ',' if not loop.last }}
        {%- endfor %}
    from offences
    left join neighbourhoods on offences.neighbourhood_id = neighbourhoods.neighbourhood_id

),

counted as (
    {% for dimension in members %}
    select
        year,
        category,
        '{{ dimension }}' as dimension,
        {{ dimension }}_member as member,
        count(*) as offences
    from described
    group by year, category, {{ dimension }}_member
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    year,
    category,
    dimension,
    member,
    offences,
    {{ publication_id() }}
from counted
