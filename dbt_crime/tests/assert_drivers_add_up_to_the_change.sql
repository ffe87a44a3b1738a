with drivers as (

    select
        pair,
        category,
        base_year,
        compare_year,
        dimension,
        sum(change) as change,
        sum(contribution) as contribution
    from {{ ref('crime_drivers') }}
    group by pair, category, base_year, compare_year, dimension

),

trends as (

    select
        category,
        year,
        offences
    from {{ ref('crime_trends') }}
    where basis = 'occurrence'

),

compared as (

    select
        drivers.*,
        coalesce(compare_year.offences, 0) - coalesce(base_year.offences, 0) as change_of_category
    from drivers
    left join trends as base_year
        on drivers.category = base_year.category
        and drivers.base_year = base_year.year
    left join trends as compare_year
        on drivers.category = compare_year.category
        and drivers.compare_year = compare_year.year

)

select * from compared
where
    change <> change_of_category
    or (change_of_category = 0 and contribution is not null)
    or (change_of_category <> 0 and abs(coalesce(contribution, 0) - 1) > 1e-9)
