with source as (

    select * from {{ source('toronto_police', 'hate_crimes') }}

),

cleaned as (

    select
        ---------- ids
        {{ clean_text('event_unique_id') }} as event_id,

        ---------- times
        {{ clean_date('reported_date') }} as reported_date,
        {{ clean_time('reported_time') }} as reported_time,
        {{ clean_date('occurrence_date') }} as occurrence_date,
        {{ clean_time('occurrence_time') }} as occurrence_time,

        ---------- offence
        {{ clean_text('primary_offence') }} as primary_offence,
        {{ clean_flag('arrest_made') }} as is_arrest_made,

        ---------- place
        {{ clean_text('location_type', nulls=['NA']) }} as location_type,
        {{ clean_text('division', nulls=['NSA']) }} as division,
        {{ clean_neighbourhood_id('hood_158') }} as neighbourhood_id,
        {{ clean_neighbourhood_name('neighbourhood_158') }} as neighbourhood_name,

        ---------- bias
        {{ clean_flag('age_bias') }} as has_age_bias,
        {{ clean_flag('mental_or_physical_disability') }} as has_disability_bias,
        {%- for bias in bias_columns() %}
        {{ clean_text(bias ~ '_bias') }} as {{ bias }}_bias{{ ',' if not loop.last }}
        {%- endfor %}

    from source

)

select * from cleaned
