-- Instances that have FHIR resources of their own, by what their ids are made of (V5__fhir_ids.sql): documents with a tree
-- of content, and encapsulated ones.

create index instance_by_fhir_key on instance (partition, fhir_key(uid))
    where sop_class_uid like '1.2.840.10008.5.1.4.1.1.88.%' or sop_class_uid like '1.2.840.10008.5.1.4.1.1.104.%';
