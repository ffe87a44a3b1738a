{#- A row for which the condition is unknown passes: say "is not null" where that matters. -#}
{% test condition_holds(model, condition) %}

select * from {{ model }}
where not ({{ condition }})

{% endtest %}
