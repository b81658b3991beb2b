-- What one organization may have and ask for, where the operator has agreed on something else than its plan says.

alter table organizations add column limits json not null default '{}';
