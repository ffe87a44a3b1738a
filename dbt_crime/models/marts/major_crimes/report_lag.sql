with offences as (

    select * from {{ ref('int_offences_by_category') }}

),

buckets as (

    select
        category,
        case
            when report_lag_days <= 0 then 1
            when report_lag_days = 1 then 2
            when report_lag_days <= 7 then 3
            when report_lag_days <= 30 then 4
            when report_lag_days <= 90 then 5
            when report_lag_days <= 365 then 6
            else 7
        end as bucket_order,
        count(*) as offences
    from offences
    group by category, bucket_order

)

select
    category,
    cast(bucket_order as int64) as bucket_order,
    case bucket_order
        {%- for bucket in lag_buckets() %}
        when {{ loop.index }} then '{{ bucket }}'
        {%- endfor %}
    end as lag_bucket,
    offences,
    offences / sum(offences) over (partition by category) as share,
    sum(offences) over (partition by category order by bucket_order)
        / sum(offences) over (partition by category) as cumulative_share,
    {{ publication_id() }}
from buckets
