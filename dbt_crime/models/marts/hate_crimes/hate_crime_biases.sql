with bias_values as (

    select * from {{ ref('int_hate_crime_bias_values') }}

),

labels as (

    select * from {{ ref('int_labels') }}
    where field = 'bias_value'

)

select distinct
    bias_values.event_id,
    bias_values.bias_category,
    labels.label as bias_value,
    {{ publication_id() }}
from bias_values
inner join labels on bias_values.spelling = labels.spelling
