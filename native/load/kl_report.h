/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a run found, as one JSON object on one line.
 */
#ifndef KL_REPORT_H
#define KL_REPORT_H

#include "kl_load.h"
#include "kl_phases.h"

void kl_report(const struct kl_load *load, const struct kl_course *course);

#endif
