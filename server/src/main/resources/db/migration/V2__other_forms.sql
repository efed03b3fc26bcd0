-- Instances in another transfer syntax than they came in.

-- The same instance once more, kept beside what was received.
create table kept_form (
    instance        bigint primary key references instance on delete cascade,
    transfer_syntax text   not null,
    blob            text   not null unique,
    blob_bytes      bigint not null,
    sha256          bytea  not null,
    crc32c          bytea  not null,
    head            bytea  not null
);

-- What was received of an instance whose row has been given another form instead: what stood before its pixels and
-- behind them, deflated, by which those bytes can be made again from the pixels of the other form.
create table received_form (
    instance        bigint primary key references instance on delete cascade,
    transfer_syntax text   not null,
    bytes           bigint not null,
    sha256          bytea  not null,
    beginning       bytea  not null,
    ending          bytea  not null
);

alter table received_form alter column beginning set storage external;
alter table received_form alter column ending set storage external;

-- A kept form is made of the instance and can be made again, so it goes with the next sweep.
create function retire_kept_form() returns trigger language plpgsql as $$
begin
    insert into retired_blob (blob, remove, orphan) values (old.blob, now(), false) on conflict do nothing;
    return null;
end
$$;

create trigger kept_form_gone after delete on kept_form
    for each row execute function retire_kept_form();

-- Other bytes in the place of an instance leave its other forms without meaning.
create function forget_other_forms() returns trigger language plpgsql as $$
begin
    delete from kept_form where instance = new.key;
    delete from received_form where instance = new.key;
    return null;
end
$$;

create trigger instance_replaced after update of sha256 on instance
    for each row when (old.sha256 is distinct from new.sha256) execute function forget_other_forms();
