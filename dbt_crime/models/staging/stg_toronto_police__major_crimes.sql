with source as (

    select * from {{ source('toronto_police', 'major_crimes') }}

),

cleaned as (

    select
        ---------- ids
        {{ trimmed('source_row_id') }} as source_row_id,
        {{ clean_text('event_unique_id') }} as event_id,

        ---------- times
        {{ clean_date('report_date') }} as report_date,
        {{ clean_hour('report_hour') }} as report_hour,
        {{ clean_date('occ_date') }} as occurrence_date,
        {{ clean_hour('occ_hour') }} as occurrence_hour,

        ---------- offence
        {{ clean_category('category') }} as category,
        {{ clean_text('offence') }} as offence,
        cast({{ clean_integer('ucr_code') }} as string) as ucr_code,
        cast({{ clean_integer('ucr_ext') }} as string) as ucr_ext,

        ---------- place
        {{ clean_text('premises_type') }} as premises_type,
        {{ clean_text('location_type') }} as location_type,
        {{ clean_text('division', nulls=['NSA']) }} as division,
        {{ clean_neighbourhood_id('hood_158') }} as neighbourhood_id,
        {{ clean_neighbourhood_name('neighbourhood_158') }} as neighbourhood_name,
        {{ clean_double('long_wgs84') }} as raw_longitude,
        {{ clean_double('lat_wgs84') }} as raw_latitude

    from source

),

placed as (

    select
        source_row_id,
        event_id,
        report_date,
        report_hour,
        occurrence_date,
        occurrence_hour,
        category,
        offence,
        ucr_code,
        ucr_ext,
        premises_type,
        location_type,
        division,
        neighbourhood_id,
        neighbourhood_name,

        -- Latitude 0 is the publisher's mark for no place.
        case when abs(raw_latitude) >= 1 then raw_longitude end as longitude,
        case when raw_longitude is not null and abs(raw_latitude) >= 1 then raw_latitude end
            as latitude

    from cleaned

)

select * from placed
