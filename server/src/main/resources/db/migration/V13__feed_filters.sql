-- The feed can be read by partition, modality and action. The modality stands in the entry, since the series may be gone.

alter table feed add column modality text;

update feed set modality = upper(series.modality)
from series join study on study.key = series.study
where study.partition = feed.partition and study.uid = feed.study_uid and series.uid = feed.series_uid;

create index feed_by_partition on feed (partition, position);
create index feed_by_modality on feed (modality, position);
create index feed_by_action on feed (action, position) where action <> 0;

-- Studies that had been left alone for a while, and how they stood then. The positions are those of the feed, given under
-- its lock, so both read together are one order. Readers of the feed alone see gaps.
create table study_stable (
    position   bigint      primary key,
    partition  int         not null references partition,
    study_uid  text        not null,
    modalities text[]      not null,
    series     int         not null,
    instances  int         not null,
    occurred   timestamptz not null default clock_timestamp()
);

-- Studies that have changed and have not been left alone for long enough since.
create table unsettled_study (
    partition int         not null references partition,
    study_uid text        not null,
    position  bigint      not null,
    changed   timestamptz not null,
    primary key (partition, study_uid)
);

create index unsettled_study_by_change on unsettled_study (changed);

-- Who keeps these begins with what happens from now on.
insert into follower (name, position) select 'stable', coalesce(max(position), 0) from feed;
