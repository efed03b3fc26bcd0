-- What finds a study by the id that it, or its patient, has as a FHIR resource. The second half of such an id is made of
-- the UID, or of the Patient ID, alone: the least significant 64 bits of the SHA-256 of the name, cut to 128 bits, as
-- the variant of a UUID (RFC 9562). The mapping to FHIR makes the same of the same name.

create function fhir_key(name text) returns bigint
    language sql immutable strict parallel safe
return ('x' || encode(substring(sha256(convert_to(E'isocenter\n' || name, 'UTF8')) from 9 for 8), 'hex'))::bit(64)::bigint
    & 4611686018427387903 | (-9223372036854775808)::bigint;

-- The key of the Patient ID (0010,0020) among packed attributes (see Attributes), or null where it has no value.
create function fhir_patient_key(attributes bytea) returns bigint
    language plpgsql immutable strict parallel safe
as $$
declare
    place  int := 1;
    tag    text;
    length int;
begin
    while place + 8 <= octet_length(attributes) loop
        tag := encode(substring(attributes from place for 4), 'hex');
        length := ('x' || encode(substring(attributes from place + 4 for 4), 'hex'))::bit(32)::int;
        if tag = '00100020' then
            return fhir_key(convert_from(substring(attributes from place + 8 for length), 'UTF8')::json #>> '{Value,0}');
        end if;
        place := place + 8 + length;
    end loop;
    return null;
exception when others then
    -- No value is worth an instance that cannot be stored.
    return null;
end
$$;

create index study_by_fhir_key on study (partition, fhir_key(uid));

alter table study add column patient_fhir_key bigint generated always as (fhir_patient_key(attributes)) stored;

create index study_by_patient_fhir_key on study (partition, patient_fhir_key, key);
