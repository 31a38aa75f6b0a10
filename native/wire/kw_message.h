/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Record types and tags. Mirrored by io.kamjvm.bridge.Messages. Directions: K
 * = a Kamailio process writes, E = the engine writes. S string (bytes as in
 * the message, no terminator), I integer, B nested block, * may repeat.
 */
#ifndef KW_MESSAGE_H
#define KW_MESSAGE_H

/* Event ring (K -> E) */
#define KW_EV_CALL 1   /* uint32 frame index, generation, epoch, 0 */
#define KW_EV_RESUME 2 /* the same */
/* uint32 epoch, uint32 0, uint64 command id, then fields */
#define KW_EV_SENT 3 /* KW_T_STATUS, KW_T_CSEQ, KW_T_MICROS [, KW_T_TEXT] */
/* KW_T_CODE, KW_T_TEXT (reason phrase), KW_T_XAVP*: numbers that the event
 * route has set; KW_T_NO_REPLY; if asked for by KW_T_WANT_REPLY what the reply
 * says: KW_T_SIP_ETAG, _EXPIRES, _CONTACT, _TO_URI, _TO_TAG, _FROM_URI,
 * _RECORD_ROUTE, _CSEQ, _RETRY_AFTER, _MIN_EXPIRES, _CHALLENGE; KW_T_BAD
 * "reply" if that is too much */
#define KW_EV_COMPLETED 4
/* KW_T_STATUS: KW_REPLIED_*; of KW_CMD_REPLY or KW_T_AFTER_REPLY */
#define KW_EV_REPLIED 5
#define KW_EV_COURIER 6 /* uint32 epoch, uint32 courier index */
/* id 0; KW_T_UL_CHANGE, _TABLE, _AOR, _MARKS, and KW_T_UL_CONTACT: the one that
 * has changed, or, for KW_UL_LISTED, all of the AOR; KW_T_UL_MORE */
#define KW_EV_USRLOC 7
#define KW_EV_USRLOC_READ 8 /* of KW_CMD_USRLOC_READ: KW_T_STATUS 0 or -1 */

#define KW_STATUS_SENT 1
#define KW_STATUS_DROPPED 0 /* event_route[tm:local-request] dropped it */
#define KW_STATUS_FAILED -1

#define KW_REPLIED_SENT 1
#define KW_REPLIED_BUSY 2 /* too late: the busy answer has left */
#define KW_REPLIED_GONE 3 /* no such record or transaction */

/* Command rings (E -> couriers): uint32 epoch, uint32 0, uint64 id, fields */
/* KW_T_METHOD ... KW_T_SUBS: a request; without KW_T_REMOTE_TAG outside of a
 * dialog */
#define KW_CMD_REQUEST 1
/* KW_T_DEFERRAL, KW_T_GENERATION, KW_T_REPLY_*; no KW_T_REPLY_CODE: the busy
 * answer */
#define KW_CMD_REPLY 2
/* KW_T_NAME of an event route of the cfg that is to be run, KW_T_VARIABLE*;
 * nothing comes back */
#define KW_CMD_ROUTE 10
/* KW_T_UL_PAGE, KW_T_UL_PAGES: say KW_EV_USRLOC for each AOR of that part */
#define KW_CMD_USRLOC_READ 3

/* A call's request area (K -> E) */
#define KW_T_FUNCTION 1	   /* I id from the config section */
#define KW_T_ARG 2		   /* S* evaluated arguments, in order */
#define KW_T_MESSAGE 3	   /* B the SIP message, fields below; absent for RPC */
#define KW_T_DEFERRAL 4	   /* I index of an OPEN deferral record */
#define KW_T_GENERATION 5  /* I its generation */
#define KW_T_TRANSACTION 6 /* I 1 if a transaction exists */
#define KW_T_ROUTE_TYPE 7  /* I Kamailio's route type */
#define KW_T_REPLY_TO_TAG 8 /* S the To-tag the reply will carry */
#define KW_T_DEPTH 9		/* I calls open below this one */
#define KW_T_STEP_RESULT 10 /* I* results of the commands of a step, in order */
#define KW_T_UL_OUTCOME 11	/* B* results of KW_T_UL_WORK, in order */

/* KW_T_MESSAGE */
#define KW_T_METHOD 20
#define KW_T_RURI 21	  /* S the effective one */
#define KW_T_RURI_USER 22 /* S absent if the URI does not parse */
#define KW_T_RURI_HOST 23 /* S absent if the URI does not parse */
#define KW_T_FROM_URI 24  /* S */
#define KW_T_FROM_USER 25 /* S absent if the URI does not parse */
#define KW_T_FROM_HOST 26
#define KW_T_FROM_TAG 27
#define KW_T_TO_URI 28
#define KW_T_TO_USER 29
#define KW_T_TO_HOST 30
#define KW_T_TO_TAG 31
#define KW_T_CALL_ID 32
#define KW_T_CSEQ 33		   /* I */
#define KW_T_CONTACT 34		   /* S the first Contact's URI; absent if none */
#define KW_T_CONTACT_STAR 35   /* I 1 for Contact: * */
#define KW_T_RECORD_ROUTE 36   /* S joined with commas, header order */
#define KW_T_EVENT 37		   /* S the header body, unparsed */
#define KW_T_EVENT_NAME 38	   /* S absent if it does not parse */
#define KW_T_EVENT_PARAM 39	   /* B* KW_T_NAME, [KW_T_VALUE] */
#define KW_T_EXPIRES 40		   /* S the header body */
#define KW_T_SIP_IF_MATCH 41   /* S the header body, verbatim */
#define KW_T_CONTENT_TYPE 42   /* S */
#define KW_T_CONTENT_LENGTH 43 /* I absent if no header */
#define KW_T_BODY 44   /* S exactly Content-Length bytes if that many came */
#define KW_T_ACCEPT 45 /* S* header bodies */
#define KW_T_SUBSCRIPTION_STATE 46
#define KW_T_USER_AGENT 47
#define KW_T_BRANCH_FLAGS 48 /* I of branch 0 */
#define KW_T_SOCKET 49		 /* S receiving socket, "udp:192.0.2.1:5060" */
/* S contact URI of it: sip:host:port, advertised name if any, IPv6 in
 * brackets, no transport */
#define KW_T_SOCKET_URI 50
#define KW_T_PROTO 51  /* S udp tcp tls sctp ws wss */
#define KW_T_SOURCE 52 /* S "udp:192.0.2.7:5060" */
/* S* names of headers that did not parse: "headers", "from", "to",
 * "contact", "event" ... */
#define KW_T_BAD 53
#define KW_T_XAVP 54 /* B* KW_T_NAME "root=>child", KW_T_VALUE or _NUMBER */
#define KW_T_BODY_LENGTH 55 /* I bytes that arrived after the headers */
#define KW_T_SIP_ETAG 56	/* S the header body, verbatim (replies only) */
#define KW_T_RETRY_AFTER 57 /* S the header body (replies only) */
#define KW_T_MIN_EXPIRES 60 /* S the header body (replies only) */
/* S* bodies of WWW-Authenticate (401) or Proxy-Authenticate (407) */
#define KW_T_CHALLENGE 61
#define KW_T_FROM_DISPLAY 62 /* S as received, quotes included */

/* Common leaves */
#define KW_T_NAME 70
#define KW_T_VALUE 71
#define KW_T_NUMBER 72
#define KW_T_CODE 73
#define KW_T_TEXT 74
#define KW_T_STATUS 75
#define KW_T_MICROS 76

/* A call's response area (E -> K). A final answer with neither KW_T_RETURN nor
 * KW_T_FAULT_CODE asks for the busy answer (bridge.md 7). Final: */
#define KW_T_RETURN 90		  /* I what the script function returns */
#define KW_T_DEFERRED 91	  /* I 1: the reply comes later, keep the record */
#define KW_T_REPLY_CODE 92	  /* I send this reply now */
#define KW_T_REPLY_REASON 93  /* S */
#define KW_T_REPLY_HEADERS 94 /* S CRLF terminated lines */
#define KW_T_REPLY_BODY 95	  /* S */
/* B the current subscription for $subs: tags KW_SUBS_*; empty block clears
 * it */
#define KW_T_SUBS 96
/* B* KW_T_ID and the fields of KW_CMD_REQUEST: the worker sends it itself,
 * after the reply */
#define KW_T_COMMAND 97
#define KW_T_ID 98			/* I */
#define KW_T_FAULT_CODE 99	/* I RPC fault */
#define KW_T_FAULT_TEXT 100 /* S */
#define KW_T_RPC_STRING 101 /* S* top-level string of an RPC answer */
#define KW_T_RPC_STRUCT 102 /* B* of KW_T_RPC_FIELD */
#define KW_T_RPC_FIELD 103	/* B KW_T_NAME and KW_T_VALUE or KW_T_NUMBER */
/* I say KW_EV_REPLIED for this id when the reply and the requests before this
 * field have left: what others send must not overtake them */
#define KW_T_AFTER_REPLY 104
/* KW_T_VALUE S what the function's variable argument is set to */
#define KW_T_UL_MARK 105 /* I bits for KW_T_UL_MARKS until the script ends */
#define KW_T_SET_BRANCH_FLAG 106 /* I number, of branch 0 */
/* Step (KW_FRAME_STEP): KW_T_RPC_* to print now, KW_T_COMMAND to send now,
 * KW_T_UL_WORK to do now; the worker resumes with one KW_T_STEP_RESULT per
 * item, or KW_T_UL_OUTCOME for the last kind. */

/* KW_CMD_REQUEST, besides KW_T_METHOD and KW_T_CALL_ID */
#define KW_T_LOCAL_URI 110 /* S From */
#define KW_T_LOCAL_TAG 111
#define KW_T_REMOTE_URI 112 /* S To */
#define KW_T_REMOTE_TAG 113
#define KW_T_REMOTE_TARGET 114 /* S Request-URI */
#define KW_T_ROUTE_SET 115	   /* S as KW_T_RECORD_ROUTE */
#define KW_T_LAST_CSEQ 116	   /* I the request carries this + 1 */
#define KW_T_SEND_SOCKET 117   /* S as KW_T_SOCKET; absent: by destination */
#define KW_T_HEADERS 118	   /* S CRLF terminated lines */
#define KW_T_REQUEST_BODY 119
#define KW_T_LANE 120 /* I set by the engine's side only */
/* S event route that hears the final answer, if the cfg has it; it sees
 * KW_T_SUBS as of now */
#define KW_T_ANSWER_ROUTE 121
/* S URI where it is sent, not shown in it; ignored with a route set */
#define KW_T_NEXT_HOP 122
#define KW_T_WANT_REPLY 123 /* I 1: KW_EV_COMPLETED says what the reply says */
#define KW_T_NO_REPLY 124	/* I 1: nobody has answered, tm made the code up */
/* I 1: behind KW_T_HEADERS comes a Contact, the URI of the socket that the
 * next hop is reached from */
#define KW_T_OWN_CONTACT 126
#define KW_T_VARIABLE 127 /* B* KW_T_NAME, KW_T_VALUE: of an event route */

/* KW_T_SUBS: what $subs(name) shows. S unless said otherwise. */
#define KW_SUBS_PRES_URI 130
#define KW_SUBS_TO_USER 131
#define KW_SUBS_TO_DOMAIN 132
#define KW_SUBS_FROM_USER 133
#define KW_SUBS_FROM_DOMAIN 134
#define KW_SUBS_WATCHER_USERNAME 135
#define KW_SUBS_WATCHER_DOMAIN 136
#define KW_SUBS_EVENT 137
#define KW_SUBS_EVENT_ID 138
#define KW_SUBS_TO_TAG 139
#define KW_SUBS_FROM_TAG 140
#define KW_SUBS_CALLID 141
#define KW_SUBS_REMOTE_CSEQ 142 /* I */
#define KW_SUBS_LOCAL_CSEQ 143	/* I */
#define KW_SUBS_CONTACT 144
#define KW_SUBS_LOCAL_CONTACT 145
#define KW_SUBS_RECORD_ROUTE 146
#define KW_SUBS_EXPIRES 147 /* I */
#define KW_SUBS_STATUS 148	/* I */
#define KW_SUBS_REASON 149
#define KW_SUBS_VERSION 150 /* I */
#define KW_SUBS_FLAGS 151	/* I */
#define KW_SUBS_USER_AGENT 152
#define KW_SUBS_SOCKINFO 153

/* Config section (K -> E) */
#define KW_T_VERSION 170 /* S Kamailio's version */
#define KW_T_MODULE 171	 /* B* KW_T_NAME, KW_T_PARAM*, KW_T_FUNCTION_DEF* */
/* B KW_T_NAME and KW_T_VALUE or KW_T_NUMBER; only what the cfg sets; may
 * repeat per name */
#define KW_T_PARAM 172
/* B KW_T_ID, KW_T_NAME ("handle_publish", "rpc:presence.cleanup",
 * "kemi:..."), and KW_T_STATUS 1 if the cfg calls it */
#define KW_T_FUNCTION_DEF 173
#define KW_T_COURIER 174	 /* B* KW_T_LANE */
#define KW_T_LISTEN 175		 /* S* as KW_T_SOCKET */
#define KW_T_FR_TIMER_MS 176 /* I */
#define KW_T_WT_TIMER_MS 177 /* I */
#define KW_T_START_TIME 178	 /* I epoch seconds of Kamailio's start */
#define KW_T_WORK_DIR 179	 /* S where relative paths were resolved */
#define KW_T_PACKAGE_DIR 180 /* S */
#define KW_T_CALL_TIMEOUT_MS 181
#define KW_T_LOG_LEVEL 182 /* I Kamailio's: -1 errors ... 3 debug */
#define KW_T_PROCESS_COUNT 183
#define KW_T_COMMON_PARAM 184 /* B as KW_T_PARAM: those every shim exports */
#define KW_T_EVENT_ROUTE 190  /* S* names of the cfg's event routes */

/* B how usrloc and registrar are set up: KW_T_UL_USE_DOMAIN, _CASE_SENSITIVE,
 * _REALM_PREFIX, _DB_ONLY; absent if no module uses usrloc */
#define KW_T_USRLOC 185
#define KW_T_UL_USE_DOMAIN 186	   /* I */
#define KW_T_UL_CASE_SENSITIVE 187 /* I */
#define KW_T_UL_REALM_PREFIX 188   /* S */
#define KW_T_UL_DB_ONLY 189 /* I 1: what usrloc knows is in a database only */

/* Manifest section (E -> K) */
#define KW_T_FUNCTION_FLAGS 200 /* B* KW_T_ID, KW_T_NUMBER: KW_FN_* */
#define KW_T_XAVP_WISH 201		/* B* KW_T_NAME (root), KW_T_VALUE (child) */
/* B* KW_T_NAME (event route), KW_T_XAVP_WISH*: what to report after it */
#define KW_T_ANSWER_ROUTE_DEF 202
#define KW_T_UL_LISTEN 203 /* I 1: the engine wants KW_EV_USRLOC */
#define KW_FN_MAY_DEFER 1  /* fill a deferral record before calling */
#define KW_FN_REPLIES 2	   /* on failure send the busy answer */
#define KW_FN_TAKEN 4	   /* after the busy answer return 1, not -1 */
/* before a reply make a transaction if there is none */
#define KW_FN_TRANSACTION 8

/* The location table. KW_T_UL_CHANGE: */
#define KW_UL_INSERTED 1
#define KW_UL_UPDATED 2
#define KW_UL_DELETED 4
#define KW_UL_EXPIRED 8
#define KW_UL_LISTED 16
/* KW_T_UL_MARKS: */
#define KW_UL_OWN 1 /* by KW_T_UL_WORK; the other bits are KW_T_UL_MARK's */
/* KW_T_UL_ACTION: */
#define KW_UL_PUT 1	   /* updates the binding, or adds it; never an older one */
#define KW_UL_REMOVE 2 /* removes the binding, unless it is newer */
#define KW_UL_CLEAR 3  /* removes all bindings of the AOR */

#define KW_T_UL_CHANGE 210	/* I */
#define KW_T_UL_TABLE 211	/* S usrloc's domain */
#define KW_T_UL_AOR 212		/* S */
#define KW_T_UL_MARKS 213	/* I */
#define KW_T_UL_CONTACT 214 /* B* the fields down to KW_T_UL_ACTION */
#define KW_T_UL_RUID 215
#define KW_T_UL_URI 216
#define KW_T_UL_RECEIVED 217
#define KW_T_UL_PATH 218
#define KW_T_UL_EXPIRES 219 /* I epoch seconds; 0: permanent */
#define KW_T_UL_Q 220		/* I thousandths; absent: not said */
#define KW_T_UL_CALL_ID 221
#define KW_T_UL_CSEQ 222 /* I */
#define KW_T_UL_USER_AGENT 223
#define KW_T_UL_SOCKET 224		 /* S as KW_T_SOCKET */
#define KW_T_UL_METHODS 225		 /* I bits */
#define KW_T_UL_INSTANCE 226	 /* S */
#define KW_T_UL_REG_ID 227		 /* I */
#define KW_T_UL_BRANCH_FLAGS 228 /* I */
#define KW_T_UL_MODIFIED 229	 /* I epoch seconds */
#define KW_T_UL_ACTION 230		 /* I of KW_T_UL_WORK: KW_UL_* */
#define KW_T_UL_MORE 231 /* I 1: the list goes on in the next such event */
#define KW_T_UL_PAGE 232
#define KW_T_UL_PAGES 233 /* I a power of two */
/* B* KW_T_UL_TABLE, KW_T_UL_AOR, KW_T_UL_CONTACT*: done under the AOR's lock,
 * in order. An outcome has KW_T_STATUS (-1: something failed), KW_T_UL_FOUND
 * and KW_T_UL_VALID. */
#define KW_T_UL_WORK 234
#define KW_T_UL_FOUND 235 /* I 1: the AOR had contacts before */
#define KW_T_UL_VALID 236 /* I contacts that are valid now */
#define KW_T_UL_SOME 237  /* I contacts that were put or removed */

#endif
