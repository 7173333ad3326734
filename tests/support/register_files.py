"""A small sound file of each register format, with made-up rows."""

from __future__ import annotations

from typing import Final

from factually.independence.registers.formats.fec_master import COLUMNS as MASTER_COLUMNS


def lines(*rows: str) -> bytes:
    """The rows as a file."""
    return "".join(f"{row}\n" for row in rows).encode()


def master_row(**fields: str) -> str:
    """A line of the FEC's own committee master file."""
    row = {
        "CMTE_ID": "C00900001",
        "CMTE_NM": "MADE-UP PAC",
        "CMTE_ST": "DC",
        "CMTE_DSGN": "U",
        "CMTE_TP": "Q",
    }
    return "|".join((row | fields).get(column, "") for column in MASTER_COLUMNS)


def notice(form: str = "11", ein: str = "900000001", name: str = "Made-up Fund", **fields: str) -> str:
    """A record 1 of the IRS's file: a notice of section 527 status."""
    row = ["1", "8871", form, "1", "0", fields.get("final", "0"), ein, name, *[""] * 36]
    row[11], row[39] = "OH", fields.get("purpose", "To elect nobody.")
    row[42:] = "0", "1"
    row[16] = "Made-up Custodian"
    row[41] = fields.get("filed", "2018-01-26 19:52:00")
    return "|".join(row)


def form_8871_file(*records: str) -> bytes:
    """The records between the header and a footer that counts them."""
    counted = sum(record[1:2] == "|" for record in records)
    return lines("H|20261122|0311|B|", *records, f"F|20261122|0311|{counted}|")


FEC_CSV: Final = lines(
    "cmte_id,name,state,designation,type,party,org_type,connected_org,first_cycle,last_cycle,filer_only,bare_name,"
    "former_names",
    'C00900001,"MADE-UP, INC. PAC",DC,U,Q,,C,"MADE-UP, INC.",2014,2026,0,0,EARLIER PAC|EARLIEST PAC',
    "C00900002,MADE-UP UNION,OH,U,C,,L,NONE,2016,2026,1,0,",
)
FEC_MASTER: Final = lines(
    master_row(CONNECTED_ORG_NM="MADE-UP, INC.", TRES_NM="DOE, JOHN", CMTE_ST1="1 MADE-UP ROAD", ORG_TP="C"),
    master_row(CMTE_ID="C00900002", CMTE_NM="MADE-UP UNION", CMTE_TP="C"),
)
PARTY_FACTS: Final = lines(
    "partyfacts_id,country,name_short,name,name_english,name_other,name_native,wikidata_id,year_first,year_last",
    "9001,MDU,PE,Parti Exemple,Example Party,German: Beispielpartei; Old Latin: Pars,,Q900001,1990,2018",
    "9002,MDU,,Vierte Partei,,,,,,",
)
AEC: Final = lines(
    "name,role,abn,party_or_abbreviation,first_year,last_year",
    "Made-up Union of Employees,third_party,90 000 000 001,,2006-2007,2010-2011",
    "Made-up Union,third_party,90000000001,,2012-13,2022-23",
    "Made-up Party,party,,,1998-1999,2023-24",
    "Made-Up  Party,registered_party_2021,,MUP,2021,2021",
    "Made-up Club Ltd,associated_entity,,Made-up Party,2001-02,2002-03",
)
UK_PARTIES: Final = lines("ec_id,name", "PP90001,Made-up Party (MUP)", "PP90002,Plaid Enghraifft")
CA_PARTIES: Final = lines(
    "party_id,short_en,short_fr,name_en,name_fr,legal_name_en,legal_name_fr,year_first,year_last",
    "MadeUp2000,MUP,PI,Made-up Party,Parti Inventé,Made-up Party,Parti Inventé du Canada,2000,",
    "ID,short_en,short_fr,common_en,common_fr,long_en,long_fr,registered,deregistered",
    "Gone1990,,,Gone Party,,,,1990,1994",
)
BMF_CLEANED: Final = lines(
    "ein,name,city,state,zip5,subsection,ntee",
    "900000001,MADE-UP CIVIC LEAGUE,COLUMBUS,OH,43004,04,W99",
    "900000002,MADE-UP CHARITY,COLUMBUS,OH,43004,03,B99",
)
BMF_OFFICIAL: Final = lines(
    "EIN,NAME,ICO,STREET,CITY,STATE,ZIP,GROUP,SUBSECTION",
    "900000001,MADE-UP CIVIC LEAGUE,% JOHN DOE,1 MADE-UP ROAD,COLUMBUS,OH,43004-0001,0000,04",
    "EIN,NAME,ICO,STREET,CITY,STATE,ZIP,GROUP,SUBSECTION",
    "900000003,MADE-UP CHAMBER,,2 MADE-UP ROAD,COLUMBUS,OH,43004-0001,0000,6",
    "900000002,MADE-UP CHARITY,,3 MADE-UP ROAD,COLUMBUS,OH,43004-0001,0000,03",
)
FORM_8871: Final = form_8871_file(
    notice(purpose="To elect"),
    "nobody, and to say so.",
    "D|11|5|Made-up Fund|900000001|Jane Doe|Treasurer|1 Made-up Road||Columbus|OH|43004||",
    "E|11|6|82-900|OH|",
    "R|11|7|Made-up Fund|900000001|Made-up Hospitals|Connected|1 Made-up Road||Columbus|OH|43004||",
    "2|8872|12|20260101|20260331",
    "A|12|8|Made-up Fund|900000001|Made-up Donor",
)
EMAIL_DOMAINS: Final = lines(
    "domain,shared_platform,committee_in_disclaimer,party,fec_cmte_ids,emails_seen",
    "news.example.org,0,Made-up Victory Fund,,C00900001 C00900002,1",
    "news.example.org,0,Made-up PAC,R,C00900003,2",
    "news.example.org,0,Made-up PAC,,C00900003,1",
    "mailing.example.com,1,Other PAC,D,,3",
    "nobody.example.net,0,,,,1",
)
