{%- set labelled = [
    ('offence', 'offence', 'stg_toronto_police__major_crimes'),
    ('premises_type', 'premises_type', 'stg_toronto_police__major_crimes'),
    ('location_type', 'location_type', 'stg_toronto_police__major_crimes'),
    ('hate_primary_offence', 'primary_offence', 'stg_toronto_police__hate_crimes'),
    ('hate_location_type', 'location_type', 'stg_toronto_police__hate_crimes'),
    ('bias_value', 'spelling', 'int_hate_crime_bias_values'),
] -%}

with spellings as (
    {% for field, column, model in labelled %}
    select
        '{{ field }}' as field,
        {{ column }} as spelling,
        count(*) as row_count
    from {{ ref(model) }}
    where {{ column }} is not null
    group by {{ column }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

corrected as (

    select
        field,
        spelling,
        row_count,
        {{ correct_spelling('spelling') }} as label
    from spellings

),

folded as (

    select
        field,
        spelling,
        row_count,
        label,
        lower(label) as folded_label
    from corrected

)

-- The commonest way to write a label wins, whatever the order of the rows.
select
    field,
    spelling,
    folded_label,
    first_value(label) over (
        partition by field, folded_label
        order by row_count desc, label asc
    ) as label
from folded
